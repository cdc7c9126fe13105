/**
 * What a careful reviewer would say of contracts that are valid and still unwise. Findings, never refusals: a contract
 * may mean each of these.
 */
import { compare, fraction, minus, one, parseFraction, times } from '../money/fraction.ts';
import { hostOf } from '../probe/connectivity.ts';
import { endpointIds } from './compose.ts';
import type { ClientPlan, Contact, Plan, ServicePlan, ServiceVersion } from './plan.ts';
import type { Amount, Clause, Credit, Hours, Terms, TimeMeasure } from './terms.ts';

export const findingCodes = [
  'unprovable-target',
  'cap-over-period',
  'tier-never-applies',
  'tier-pays-less',
  'tier-over-cap',
  'breach-without-credit',
  'credit-without-breach',
  'response-without-contact',
  'unreachable-contact',
  'no-endpoint',
  'no-ipv6',
  'nobody-told',
  'window-outside-hours',
  'over-promised',
] as const;
export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly client: string;
  readonly service?: string;
  /** The first day of the version of the terms that it is about. */
  readonly from?: string;
  /** The field of the terms that says it, as `trace` names it: `maintenance.cap`. */
  readonly term?: string;
  /** What was found, in a sentence. */
  readonly text: string;
}

const dayMs = 86_400_000;
const minutes = (ms: number): string =>
  ms < 60_000 ? `${Math.floor(ms / 100) / 10} s` : `${Math.floor(ms / 600) / 100} min`;
const percent = (share: string): string => {
  const { n, d } = times(parseFraction(share), fraction(100));
  return `${Number(n) / Number(d)} %`;
};

/** Days of the shortest period of its kind. */
const shortestDays = ({ kind }: Terms['period']): number => {
  switch (kind.kind) {
    case 'month':
    case 'billing-month':
      return 28;
    case 'quarter':
      return 90;
    case 'year':
    case 'contract-year':
      return 365;
    case 'rolling-days':
      return kind.days;
    case 'rolling-hours':
      return kind.hours / 24;
  }
};

const clockMs = (time: string): number => {
  const [hours = 0, mins = 0] = time.split(':').map(Number);
  return (hours * 60 + mins) * 60_000;
};

const shiftMs = ({ from, to }: { readonly from: string; readonly to: string }): number =>
  to > from ? clockMs(to) - clockMs(from) : dayMs - clockMs(from) + clockMs(to);

/** Service time of a period of so many days, clock changes and holidays aside. */
const servedMs = (hours: Hours | undefined, days: number): number =>
  hours ? (hours.weekly.reduce((sum, shift) => sum + shift.days.length * shiftMs(shift), 0) * days) / 7 : days * dayMs;

interface Scene {
  readonly client: ClientPlan;
  readonly service: ServicePlan;
  readonly version: ServiceVersion;
}

const timeOf = (clause: Clause): TimeMeasure | undefined =>
  clause.measure.kind === 'time' ? clause.measure : undefined;

/** The longest stretch that an outage can last and still go unseen. */
const blindMs = (service: ServicePlan, measure: TimeMeasure): number => {
  const ids = new Set(endpointIds(measure.compose ?? service.compose));
  const checks = service.endpoints.filter(({ id }) => ids.has(id)).map(({ check }) => check.everyMs * check.confirm);
  return Math.max(0, ...checks);
};

const provable = ({ service, version }: Scene, clause: Clause): string[] => {
  const measure = timeOf(clause);
  if (!measure || clause.target === undefined) return [];
  const served = servedMs(measure.hours, shortestDays(version.terms.period));
  const allowed = times(minus(one, parseFraction(clause.target)), fraction(Math.floor(served)));
  const allowedMs = Number(allowed.n / allowed.d);
  const blind = blindMs(service, measure);
  if (blind === 0 || allowedMs >= blind) return [];
  return [
    `${percent(clause.target)} allows ${minutes(allowedMs)} of downtime in the shortest period, and an outage of up to ${minutes(blind)} can pass between probes unseen: probe more often, confirm sooner, or promise less`,
  ];
};

const caps = (
  { version }: Scene,
  { maintenance, hours }: TimeMeasure,
): { readonly kind: 'scheduled' | 'emergency'; readonly text: string }[] =>
  (['scheduled', 'emergency'] as const).flatMap((kind) => {
    const { cap, treat } = maintenance[kind];
    if (!cap || treat === 'down') return [];
    const days = { period: shortestDays(version.terms.period), month: 28, quarter: 90, year: 365 }[cap.per];
    const served = servedMs(hours, days);
    if (cap.ms < served) return [];
    return [
      {
        kind,
        text: `${minutes(cap.ms)} of ${kind} maintenance per ${cap.per} is as much as the ${minutes(served)} that are promised: everything could be excused`,
      },
    ];
  });

type Band = Extract<Credit['schedule'], { kind: 'bands' }>['bands'][number];

/** Whether the first range leaves nothing of the second. */
const covers = (outer: Band['range'], inner: Band['range']): boolean => {
  const low =
    outer.from === undefined ||
    (inner.from !== undefined &&
      (compare(parseFraction(outer.from), parseFraction(inner.from)) < 0 ||
        (compare(parseFraction(outer.from), parseFraction(inner.from)) === 0 &&
          (outer.fromIncluded || !inner.fromIncluded))));
  const high =
    outer.to === undefined ||
    (inner.to !== undefined &&
      (compare(parseFraction(outer.to), parseFraction(inner.to)) > 0 ||
        (compare(parseFraction(outer.to), parseFraction(inner.to)) === 0 && (outer.toIncluded || !inner.toIncluded))));
  return low && high;
};

/** Comparable only within one kind; a day is not weighed against a percentage. */
const worth = (amount: Amount): readonly [kind: string, value: string] => {
  switch (amount.kind) {
    case 'share':
      return ['share', amount.share];
    case 'money':
      return ['money', String(amount.minor)];
    default:
      return [amount.kind, amount.count];
  }
};

const less = (a: Amount, b: Amount): boolean => {
  const [[kindA, valueA], [kindB, valueB]] = [worth(a), worth(b)];
  return kindA === kindB && compare(parseFraction(valueA), parseFraction(valueB)) < 0;
};

type Said = readonly [FindingCode, string, string];

/** Of a figure less is worse; of time and numbers, more. */
const worstFirst = (bands: readonly Band[], quantity: Credit['quantity']): Band[] => {
  const key = ({ range }: Band) => (quantity === 'figure' ? (range.to ?? '1') : (range.from ?? '0'));
  const sign = quantity === 'figure' ? 1 : -1;
  return bands.toSorted((a, b) => sign * compare(parseFraction(key(a)), parseFraction(key(b))));
};

const reviewBands = (credit: Credit, clause: Clause, terms: Terms): Said[] => {
  if (credit.schedule.kind !== 'bands') return [];
  const { bands, overlap } = credit.schedule;
  const said: Said[] = [];
  const hidden = bands.findIndex((band, i) =>
    bands.some((other, j) => (overlap === 'first' ? j < i : j > i) && covers(other.range, band.range)),
  );
  if (hidden >= 0)
    said.push([
      'tier-never-applies',
      'credits',
      `band ${hidden + 1} never applies: another one takes all of its range`,
    ]);
  const order = worstFirst(bands, credit.quantity);
  const inverted = order.findIndex(
    (band, i) => order[i + 1] !== undefined && less(band.pays, order[i + 1]?.pays ?? band.pays),
  );
  if (inverted >= 0) said.push(['tier-pays-less', 'credits', 'a worse result pays less than a better one']);
  const cap = terms.limits.cap;
  const over = cap && bands.find((band) => less(cap, band.pays));
  if (over)
    said.push(['tier-over-cap', 'limits.cap', 'a band promises more than the cap of the service ever lets it pay']);
  return clause.target === undefined || credit.quantity !== 'figure'
    ? said
    : [...said, ...reviewEdges(bands, clause.target)];
};

const reviewEdges = (bands: readonly Band[], target: string): Said[] => {
  const edge = parseFraction(target);
  const met = bands.find(({ range }) => range.from !== undefined && compare(parseFraction(range.from), edge) >= 0);
  const highest = bands
    .map(({ range }) => range.to)
    .filter((to) => to !== undefined)
    .sort((a, b) => compare(parseFraction(b), parseFraction(a)))[0];
  const said: Said[] = [];
  if (met)
    said.push([
      'credit-without-breach',
      'credits',
      `a band pays at ${percent(met.range.from ?? target)} and above, where the promise of ${percent(target)} is kept`,
    ]);
  if (
    highest !== undefined &&
    bands.every(({ range }) => range.to !== undefined) &&
    compare(parseFraction(highest), edge) < 0
  )
    said.push([
      'breach-without-credit',
      'credits',
      `between ${percent(highest)} and the promised ${percent(target)} the promise is broken and nothing is owed`,
    ]);
  return said;
};

const reviewWindows = ({ maintenance }: TimeMeasure): Said[] => {
  const { recurring, scheduled } = maintenance;
  const { within } = scheduled;
  if (!within) return [];
  const inside = (time: string) =>
    within.weekly.some(({ from, to }) => (to > from ? time >= from && time < to : time >= from || time < to));
  return recurring
    .filter(({ kind, time }) => kind === 'scheduled' && !inside(time))
    .map(
      ({ id, time }): Said => [
        'window-outside-hours',
        `maintenance.windows.${id}`,
        `the window "${id}" begins at ${time}, outside the hours in which maintenance is excused`,
      ],
    );
};

const reviewVersion = (scene: Scene): Finding[] => {
  const { client, service, version } = scene;
  const { terms } = version;
  const about = { client: client.id, service: service.id, from: version.from };
  const said: Said[] = terms.clauses.flatMap((clause): Said[] => {
    const measure = timeOf(clause);
    return [
      ...provable(scene, clause).map((text): Said => ['unprovable-target', 'target', text]),
      ...(measure ? caps(scene, measure) : []).map(
        ({ kind, text }): Said => [
          'cap-over-period',
          kind === 'scheduled' ? 'maintenance.cap' : 'maintenance.emergency.cap',
          text,
        ],
      ),
      ...(measure ? reviewWindows(measure) : []),
      ...clause.credits.flatMap((credit) => reviewBands(credit, clause, terms)),
    ];
  });
  return [...new Map(said.map((one) => [one.join('\n'), one])).values()].map(([code, term, text]) => ({
    code,
    ...about,
    term,
    text,
  }));
};

const reachable = ({ email, phone }: Contact): boolean => email !== undefined || phone !== undefined;

const reviewPeople = (plan: Plan, client: ClientPlan): Finding[] => {
  const findings: Finding[] = [];
  const promising = client.services.filter(({ versions }) =>
    versions.some(({ terms }) => terms.clauses.some(({ measure }) => measure.kind === 'tickets')),
  );
  if (promising.length > 0 && !plan.provider.contacts.some(reachable))
    findings.push({
      code: 'response-without-contact',
      client: client.id,
      service: promising[0]?.id ?? '',
      term: 'response',
      text: 'response times are promised, and provider.yaml names nobody with an e-mail address or a phone to reach',
    });
  for (const contact of [...client.contacts, ...plan.provider.contacts])
    if (!reachable(contact))
      findings.push({
        code: 'unreachable-contact',
        client: client.id,
        text: `${contact.name} has neither an e-mail address nor a phone`,
      });
  for (const event of ['outage', 'statement'] as const)
    if (!client.notify.some(({ events }) => events.includes(event)))
      findings.push({
        code: 'nobody-told',
        client: client.id,
        text: `nobody at ${client.name} is told of ${event === 'outage' ? 'outages' : 'statements'}`,
      });
  return findings;
};

const reviewEndpoints = (client: ClientPlan, service: ServicePlan): Finding[] => {
  const measured = service.versions.some(({ terms }) =>
    terms.clauses.some((clause) => timeOf(clause) && clause.target !== undefined),
  );
  if (service.endpoints.length > 0 || !measured) return [];
  const text = 'availability is promised and nothing is probed: every month would be held for a human';
  return [{ code: 'no-endpoint', client: client.id, service: service.id, term: 'target', text }];
};

/** Of names nobody knows without asking: those that have IPv6 addresses alone are `unknown` from such places too. */
const reviewReach = ({ provider }: Plan, client: ClientPlan, service: ServicePlan): Finding[] => {
  const near = new Set(provider.places.flatMap(({ id, kind }) => (kind === 'vpc' || kind === 'agent' ? id : [])));
  return service.endpoints.flatMap(({ id, check }): Finding[] => {
    const far = check.places.filter((place) => !near.has(place));
    if (far.length === 0 || !(hostOf(check) ?? '').includes(':')) return [];
    const text = `${id} is an IPv6 address, and ${far.join(', ')} in AWS has no IPv6: it is unknown from there; probe it by an agent`;
    return [{ code: 'no-ipv6', client: client.id, service: service.id, text }];
  });
};

/** Everything that can be seen without measurements; `overPromised` looks at those. */
export const review = (plan: Plan): Finding[] =>
  plan.clients.flatMap((client) => [
    ...reviewPeople(plan, client),
    ...client.services.flatMap((service) => [
      ...reviewEndpoints(client, service),
      ...reviewReach(plan, client, service),
      ...service.versions.flatMap((version) => reviewVersion({ client, service, version })),
    ]),
  ]);
