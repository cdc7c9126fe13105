/** One client file, under its provider's, to its part of the plan. */

import { minorDigits } from '../currency.ts';
import { limitsField } from '../language/credits.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import type { WrittenService } from '../language/service.ts';
import { termsField } from '../language/terms.ts';
import type { Layered } from '../layers.ts';
import type { ClientPlan, ContractVersion, EndpointPlan, Language, ServicePlan, ServiceVersion } from '../plan.ts';
import type { Problem } from '../problem.ts';
import { inSource, inside, type Place, parse, problemAt, show } from '../report.ts';
import { usualRetentionMonths } from '../retention.ts';
import { checkOf } from './check.ts';
import { checkClient, checkService, severitiesOf } from './client-checks.ts';
import { limitsOf } from './credits.ts';
import { atDate } from './dates.ts';
import { composeOf } from './measure.ts';
import { contactsOf, subscriptionsOf, textOf } from './party.ts';
import { judgeOwners, judgeQuorum, knownPlaces } from './places.ts';
import { type Complain, minorOf, type Path, type Reading } from './reading.ts';
import {
  type Client,
  catalogueOf,
  clientDays,
  limitLayers,
  type Provider,
  serviceDays,
  termLayers,
  tierAt,
} from './scope.ts';
import { termsOf } from './terms.ts';

export interface Options {
  /** @default false: what is only reachable from inside a network is refused */
  readonly privateAddresses?: boolean;
}

/** Complaints as problems, at the places that `locate` knows. */
export const complainer =
  (problems: Problem[], value: unknown, locate: (path: Path) => Place): Complain =>
  (path, code, want, against) => {
    const other = against && locate(against);
    const wanted = other ? `${want} (against ${other.file}:${other.line})` : want;
    problems.push(problemAt(code, show(inside(value, path)), wanted, locate(path)));
  };

/** Where a service is written: its own block, or the catalogue's that it takes a field from. */
interface Written {
  readonly id: string;
  readonly service: WrittenService;
  readonly path: Path;
}

export class ClientCompiler {
  readonly problems: Problem[] = [];
  readonly provider: Provider;
  readonly client: Client;
  private readonly options: Options;
  private readonly currency: string;
  readonly complain: Complain;

  constructor(provider: Provider, client: Client, options: Options) {
    this.provider = provider;
    this.client = client;
    this.options = options;
    this.currency = client.value.currency ?? provider.value.currency;
    this.complain = complainer(this.problems, client.raw, inSource(client.source));
  }

  plan(): ClientPlan {
    const { provider, client } = this;
    const { id, name, since, until, services, notify } = client.value;
    const language = client.value.language ?? provider.value.language;
    checkClient(this);
    const plans = Object.entries(services).map(([key, service]) =>
      this.service({ id: key, service, path: ['services', key] }, language),
    );
    const known = {
      severities: severitiesOf(provider),
      services: Object.keys(services),
      tiers: Object.keys(provider.value.tiers ?? {}),
    };
    return {
      id,
      name,
      language,
      zone: this.zone,
      currency: this.currency,
      minorDigits: minorDigits(this.currency),
      agreement: agreementOf(plans),
      since,
      ...(until !== undefined && { until }),
      retentionMonths: client.value.retention ?? provider.value.retention ?? usualRetentionMonths,
      notify: subscriptionsOf(notify, ['notify'], known, this.complain),
      contacts: contactsOf(client.value.contacts, language, this.complain),
      notCovered: [
        ...(provider.value['not-covered'] ?? []).map((text) => textOf(text, provider.value.language)),
        ...(client.value['not-covered'] ?? []).map((text) => textOf(text, language)),
      ],
      services: plans,
      versions: this.contractVersions(),
    };
  }

  private get zone(): string {
    return this.client.value.zone ?? this.provider.value.zone;
  }

  private service(written: Written, language: Language): ServicePlan {
    const { id, service, path } = written;
    const catalogue = catalogueOf(this.provider, service);
    checkService(service, path, this);
    const name = service.name ?? catalogue?.name;
    const description = service.description ?? catalogue?.description;
    const since = service.since ?? this.client.value.since;
    const until = service.until ?? this.client.value.until;
    const endpointIds = new Map(
      Object.keys({ ...catalogue?.endpoints, ...service.endpoints }).map((key) => [
        key,
        `${this.client.value.id}/${id}/${key}`,
      ]),
    );
    const versions = this.versions(written, since, until, endpointIds);
    return {
      id,
      name: name === undefined ? id : wordsIn(textOf(name, language), language),
      ...(description !== undefined && { description: textOf(description, language) }),
      ...(service.catalogue !== undefined && { catalogue: service.catalogue }),
      severity: service.severity ?? catalogue?.severity ?? severitiesOf(this.provider)[0] ?? 'critical',
      since,
      ...(until !== undefined && { until }),
      compose: this.compose(written, endpointIds),
      endpoints: this.endpoints(written, endpointIds),
      versions,
    };
  }

  /** Complaints about a field that the service wrote, or else the catalogue. */
  private place(
    written: Written,
    field: 'up-when' | 'endpoints' | 'fee',
    key?: string,
  ): { readonly complain: Complain; readonly path: Path } {
    const own = key === undefined ? written.service[field] : written.service.endpoints?.[key];
    const catalogue = written.service.catalogue;
    const tail = key === undefined ? [field] : [field, key];
    if (own !== undefined || catalogue === undefined)
      return { complain: this.complain, path: [...written.path, ...tail] };
    const { raw, source } = this.provider;
    return { complain: complainer(this.problems, raw, inSource(source)), path: ['services', catalogue, ...tail] };
  }

  private reading(complain: Complain, endpoints: ReadonlyMap<string, string>): Reading {
    return {
      currency: this.currency,
      digits: minorDigits(this.currency),
      zone: this.zone,
      since: this.client.value.since,
      holidays: this.provider.holidays,
      severities: severitiesOf(this.provider),
      places: this.provider.places,
      endpoints,
      complain,
    };
  }

  private compose(written: Written, endpoints: ReadonlyMap<string, string>): ServicePlan['compose'] {
    // A service that nothing probes is its own endpoint: outages may still be told of it.
    if (endpoints.size === 0) return { kind: 'endpoint', id: `${this.client.value.id}/${written.id}` };
    const upWhen = written.service['up-when'] ?? catalogueOf(this.provider, written.service)?.['up-when'] ?? 'all';
    const { complain, path } = this.place(written, 'up-when');
    return composeOf(upWhen, path, this.reading(complain, endpoints));
  }

  private endpoints(written: Written, ids: ReadonlyMap<string, string>): EndpointPlan[] {
    const { service } = written;
    const all: Record<string, WrittenEndpoint> = {
      ...catalogueOf(this.provider, service)?.endpoints,
      ...service.endpoints,
    };
    const until = service.until ?? this.client.value.until;
    const days = serviceDays(this.provider, this.client, service, service.since ?? this.client.value.since, until);
    // Probes follow the newest settings: a plan is what is probed from now on.
    const layers = termLayers(this.provider, this.client, written.id, service, days.at(-1) ?? '');
    const { value } = parse(termsField, layers.value, inSource(this.client.source));
    const complainOfTerms = complainer(this.problems, layers.value, this.locate(layers, written.path));
    const inherited = {
      everyMs: value?.probe?.every ?? 60_000,
      timeoutMs: value?.probe?.timeout ?? 10_000,
      confirm: value?.probe?.confirm ?? 1,
      retryMs: value?.probe?.retry ?? 5_000,
      quorum: value?.downtime?.quorum ?? ('majority' as const),
    };
    return Object.entries(all).map(([key, endpoint]) => {
      const { complain, path } = this.place(written, 'endpoints', key);
      const id = ids.get(key) ?? key;
      const reading = this.reading(complain, ids);
      // What the terms name is judged with the terms.
      const places = endpoint.places
        ? knownPlaces(endpoint.places, [...path, 'places'], this.provider.places, complain)
        : knownPlaces(value?.probe?.places ?? [], [], this.provider.places, () => {});
      const check = checkOf(id, endpoint, inherited, path, {
        complain,
        places,
        privateAddresses: this.options.privateAddresses ?? false,
      });
      if (endpoint.places) judgeOwners(endpoint.places, [...path, 'places'], id, this.provider.places, complain);
      else if (check.kind !== 'heartbeat')
        judgeOwners(value?.probe?.places ?? [], ['probe', 'places'], id, this.provider.places, complainOfTerms);
      // Where a place was left out as unknown, how many there are is not known either.
      const whole = !endpoint.places || endpoint.places.length === places.length;
      const complainOfQuorum = whole ? complainOfTerms : () => {};
      judgeQuorum(value?.downtime?.quorum, ['downtime', 'quorum'], check, complainOfQuorum);
      for (const [clause, { downtime }] of Object.entries(value?.clauses ?? {}))
        judgeQuorum(downtime?.quorum, ['clauses', clause, 'downtime', 'quorum'], check, complainOfQuorum);
      return {
        id,
        name: endpoint.name ?? key,
        check,
        ...(endpoint.confirm !== undefined && { confirm: endpoint.confirm }),
        ...(endpoint.fee && { feeMinor: minorOf(endpoint.fee, [...path, 'fee'], reading) }),
      };
    });
  }

  private versions(
    written: Written,
    since: string,
    until: string | undefined,
    endpoints: ReadonlyMap<string, string>,
  ): ServiceVersion[] {
    const { service, id } = written;
    const versions = serviceDays(this.provider, this.client, service, since, until).map((from): ServiceVersion[] => {
      const layers = termLayers(this.provider, this.client, id, service, from);
      const { value, problems } = parse(termsField, layers.value, this.locate(layers, written.path));
      this.problems.push(...problems);
      if (!value) return [];
      const tier = tierAt(this.client, service, from);
      const complain = complainer(this.problems, layers.value, this.locate(layers, written.path));
      return [
        {
          from,
          ...(tier !== undefined && { tier }),
          feeMinor: this.fee(written, from, endpoints),
          terms: termsOf(value, this.reading(complain, endpoints)),
        },
      ];
    });
    return unlikeBefore(versions.flat());
  }

  private fee(written: Written, date: string, endpoints: ReadonlyMap<string, string>): number {
    const { service, path } = written;
    const catalogue = catalogueOf(this.provider, service);
    const own = atDate(service.fee, service.changes, 'fee', date);
    const fee = own ?? atDate(catalogue?.fee, catalogue?.changes, 'fee', date);
    if (!fee) {
      const want = 'a fee such as 400.00 EUR, what the service costs; 0 EUR where it costs nothing';
      this.complain([...path, 'fee'], 'missing-field', want);
      return 0;
    }
    const changed = (service.changes ?? []).findLastIndex((change) => change.from <= date && change.fee !== undefined);
    const place =
      changed >= 0
        ? { complain: this.complain, path: [...path, 'changes', changed, 'fee'] }
        : this.place(written, 'fee');
    return minorOf(fee, place.path, this.reading(place.complain, endpoints));
  }

  /** A place in the layers' own files; what only the defaults say is blamed on the block that relies on them. */
  private locate(layers: Layered, fallback: Path): (path: Path) => Place {
    return (path) => layers.origin(path) ?? inSource(this.client.source)(fallback);
  }

  private contractVersions(): ContractVersion[] {
    const versions = clientDays(this.provider, this.client).map((from): ContractVersion[] => {
      const layers = limitLayers(this.provider, this.client, from);
      const { value, problems } = parse(limitsField, layers.value, this.locate(layers, []));
      this.problems.push(...problems);
      const complain = complainer(this.problems, layers.value, this.locate(layers, []));
      return value
        ? [
            {
              from,
              terms: { limits: limitsOf(value, [], this.reading(complain, new Map())), round: this.rounding(from) },
            },
          ]
        : [];
    });
    return unlikeBefore(versions.flat());
  }

  /** The contract's sums are rounded as the client's terms say, before any service speaks. */
  private rounding(date: string): ContractVersion['terms']['round'] {
    const layers = termLayers(this.provider, this.client, '', {}, date);
    return parse(termsField, layers.value, inSource(this.client.source)).value?.round ?? 'half-even';
  }
}

const wordsIn = (
  text: { readonly fr?: string | undefined; readonly en?: string | undefined },
  language: Language,
): string => text[language] ?? text.fr ?? text.en ?? '';

const agreementOf = (services: readonly ServicePlan[]): ClientPlan['agreement'] => {
  if (services.some(({ versions }) => versions.some(({ tier }) => tier !== undefined))) return 'tiered';
  return services.length > 0 && services.every(({ catalogue }) => catalogue !== undefined) ? 'service' : 'client';
};

/** Without the versions that say the same as the one before: a change elsewhere is no change here. */
const unlikeBefore = <V extends { readonly from: string }>(versions: readonly V[]): V[] => {
  const said = ({ from: _, ...rest }: V) => JSON.stringify(rest);
  return versions.filter((version, i) => {
    const before = versions[i - 1];
    return !before || said(before) !== said(version);
  });
};
