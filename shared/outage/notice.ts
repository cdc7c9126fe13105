/**
 * What people and machines are told when an outage opens or closes: one message to the provider's on-call, one to the
 * client, each in its own language, both with instants in the client's zone. What a probe said word for word is the on-call's
 * alone.
 */
import * as z from 'zod';
import {
  type ClientPlan,
  type EndpointPlan,
  inForce,
  type Language,
  type Plan,
  type ServicePlan,
  type Text,
} from '../contract/plan.ts';
import { failureCauses } from '../probe/check.ts';
import { targetOf } from '../probe/target.ts';
import { formatFor, typographic } from '../statement/language/format.ts';
import { type Message, smsOf, subjectOf } from './message.ts';
import type { OutageEvent } from './outage.ts';
import { wordsIn } from './words.ts';

const isoSchema = z.iso.datetime();

/** The machine form. Fields are added, never renamed: `schema` changes where one would change its meaning. */
export const outageJsonSchema = z.strictObject({
  schema: z.literal('vigie.outage/1'),
  kind: z.enum(['outage-opened', 'outage-closed']),
  /** The same for every repeat: drop what you have seen. */
  event_id: z.string(),
  client: z.strictObject({ id: z.string(), name: z.string() }),
  service: z.strictObject({ id: z.string(), name: z.string() }),
  endpoint: z.strictObject({ id: z.string(), name: z.string(), target: z.string() }),
  severity: z.string().optional(),
  tier: z.string().optional(),
  /** The first that saw it. */
  place: z.string(),
  /** All that see it or saw it, the first one first. */
  places: z.array(z.string()).min(1),
  cause: z.enum(failureCauses),
  /** The cause in the words of the probe, to the provider alone. */
  detail: z.string().optional(),
  /** The first failed sample. */
  opened_at: isoSchema,
  confirmed_at: isoSchema,
  /** The first good sample after it. */
  closed_at: isoSchema.optional(),
  duration_ms: z.int().min(0).optional(),
  /** `unwatched`: the endpoint left the plan while it was down. */
  reason: z.enum(['recovered', 'unwatched']).optional(),
  /** The announced maintenance window that the outage outlasted. */
  maintenance: z.string().optional(),
});
export type OutageJson = z.infer<typeof outageJsonSchema>;

/** What notices read of a plan: no terms, for they say nothing about money. */
export interface NoticePlan {
  readonly provider: Pick<Plan['provider'], 'language' | 'zone' | 'severities' | 'tiers' | 'places'>;
  readonly clients: readonly (Pick<ClientPlan, 'id' | 'name' | 'language' | 'zone' | 'contacts'> & {
    readonly services: readonly (Pick<ServicePlan, 'id' | 'name' | 'severity'> & {
      readonly endpoints: readonly Pick<EndpointPlan, 'id' | 'name' | 'check'>[];
      readonly versions: readonly Pick<ServicePlan['versions'][number], 'from' | 'tier'>[];
    })[];
  })[];
}

/** What is said about an endpoint; ids stand in for names that the plan does not hold any more. */
interface Facts {
  readonly client: { readonly id: string; readonly name: string };
  readonly service: { readonly id: string; readonly name: string };
  readonly endpoint: { readonly id: string; readonly name: string; readonly target: string };
  readonly severity?: string;
  readonly tier?: string;
  readonly confirm?: number;
  readonly zone: string;
  readonly severityName?: Text;
  readonly tierName?: Text;
  readonly contacts: ClientPlan['contacts'];
  /** Where there is more than one: how many probe it, and the names of those that see the outage. */
  readonly places?: {
    readonly all: number;
    readonly seeing: readonly { readonly id: string; readonly name?: Text | undefined }[];
  };
}

/** Every message of an event. None for an outage that maintenance keeps quiet. */
export const outageNotices = (event: OutageEvent, plan: NoticePlan): Message[] => {
  if (!event.outage.told) return [];
  const facts = factsOf(event, plan);
  const client = plan.clients.find(({ id }) => id === facts.client.id);
  return [
    noticeTo('ops', event, facts, plan.provider.language),
    ...(client ? [noticeTo(`client/${client.id}`, event, facts, client.language)] : []),
  ];
};

const factsOf = ({ outage }: OutageEvent, plan: NoticePlan): Facts => {
  const [clientId = '', serviceId = '', ...rest] = outage.endpoint.split('/');
  const client = plan.clients.find(({ id }) => id === clientId);
  const service = client?.services.find(({ id }) => id === serviceId);
  const endpoint = service?.endpoints.find(({ id }) => id === outage.endpoint);
  const zone = client?.zone ?? plan.provider.zone;
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(outage.openedAt);
  const tier = service && inForce(service.versions, day)?.tier;
  const severity = service?.severity;
  const name = rest.join('/');
  return {
    client: { id: clientId, name: client?.name ?? clientId },
    service: { id: serviceId, name: service?.name ?? serviceId },
    endpoint: {
      id: outage.endpoint,
      name: endpoint?.name ?? name,
      target: endpoint ? targetOf(endpoint.check) : name,
    },
    zone,
    contacts: client?.contacts ?? [],
    ...(endpoint &&
      endpoint.check.places.length > 1 && {
        places: {
          all: endpoint.check.places.length,
          seeing: outage.places.map((id) => ({
            id,
            name: plan.provider.places.find((place) => place.id === id)?.name,
          })),
        },
      }),
    ...(endpoint && { confirm: endpoint.check.confirm }),
    ...(severity && { severity, severityName: plan.provider.severities.find(({ id }) => id === severity)?.name }),
    ...(tier && { tier, tierName: plan.provider.tiers.find(({ id }) => id === tier)?.name }),
  };
};

const inLanguage = (text: Text | undefined, language: Language, id: string): string =>
  text?.[language] ?? text?.fr ?? text?.en ?? id;

const iso = (at: number): string => new Date(at).toISOString();

const jsonOf = (
  event: OutageEvent,
  { client, service, endpoint, severity, tier }: Facts,
  forOps: boolean,
): OutageJson => {
  const { outage } = event;
  const kind = event.kind === 'closed' ? 'outage-closed' : 'outage-opened';
  return {
    schema: 'vigie.outage/1',
    kind,
    event_id: `${kind}/${outage.endpoint}/${outage.openedAt}`,
    client,
    service,
    endpoint,
    ...(severity && { severity }),
    ...(tier && { tier }),
    place: outage.places[0] ?? '',
    places: outage.places,
    cause: outage.cause,
    ...(forOps && outage.detail && { detail: outage.detail }),
    opened_at: iso(outage.openedAt),
    confirmed_at: iso(outage.confirmedAt),
    ...(event.kind === 'closed' && {
      closed_at: iso(event.closedAt),
      duration_ms: event.closedAt - outage.openedAt,
      reason: event.reason,
    }),
    ...(outage.window && { maintenance: outage.window }),
  };
};

const noticeTo = (topic: Message['topic'], event: OutageEvent, facts: Facts, language: Language): Message => {
  const forOps = topic === 'ops';
  const json = jsonOf(event, facts, forOps);
  const { severity, tier, client, service, endpoint } = facts;
  const words = wordsIn[language];
  const happened = { opened: words.opened, overran: words.opened, recovered: words.closed, unwatched: words.unwatched };
  const title = happened[event.kind === 'closed' ? event.reason : event.kind];
  const rank = severity && ` (${inLanguage(facts.severityName, language, severity)})`;
  return {
    eventId: json.event_id,
    topic,
    subject: subjectOf(`${title}: ${client.name} - ${service.name} / ${endpoint.name}${rank ?? ''}`),
    email: emailOf(event, facts, language, forOps, json.event_id),
    sms: smsOf(
      `${title} ${brief(client.name)}: ${brief(service.name)}/${brief(endpoint.name)} ${shortOf(event, facts, language)}`,
    ),
    json,
    attributes: {
      kind: json.kind,
      client: client.id,
      service: service.id,
      ...(severity && { severity }),
      ...(tier && { tier }),
    },
  };
};

/** Long names must not push the time out of a short message. */
const brief = (name: string): string => (name.length <= 28 ? name : `${name.slice(0, 26)}..`);

/** `since 14:03, connection refused`, or `after 12 min`: what a locked screen has room for. */
const shortOf = (event: OutageEvent, { zone }: Facts, language: Language): string => {
  const words = wordsIn[language];
  const { openedAt, cause } = event.outage;
  if (event.kind === 'closed')
    return `${words.afterShort} ${formatFor(language, zone).duration(roundedDown(event.closedAt - openedAt))}`;
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'short' }).format(openedAt);
  return `${words.sinceShort} ${clock}, ${words.causes[cause]}`;
};

/** To the second: a notice is not a statement. */
const roundedDown = (ms: number): number => Math.max(1000, Math.floor(ms / 1000) * 1000);

const emailOf = (event: OutageEvent, facts: Facts, language: Language, forOps: boolean, eventId: string): string => {
  const { outage } = event;
  const words = wordsIn[language];
  const { instant, duration } = formatFor(language, facts.zone);
  const { labels, next } = words;
  const what = `${facts.service.name} (${facts.endpoint.name})`;
  const local = (at: number): string => `${instant(at)} (${facts.zone})`;
  const row = (label: string, value: string | undefined): string[] => (value ? [`${label.padEnd(12)}${value}`] : []);
  const common = [
    ...row(labels.client, facts.client.name),
    ...row(labels.what, `${facts.endpoint.name}, ${facts.endpoint.target}`),
    ...row(labels.since, local(outage.openedAt)),
  ];
  const saw = [
    ...row(labels.cause, words.causes[outage.cause]),
    ...(forOps ? row(labels.detail, outage.detail) : []), // it may name what is inside the client's network
    ...row(labels.seenFrom, facts.places && words.seenFrom(placesIn(facts.places.seeing, language), facts.places.all)),
  ];
  const ranks = [
    ...row(labels.severity, facts.severity && inLanguage(facts.severityName, language, facts.severity)),
    ...row(labels.tier, facts.tier && inLanguage(facts.tierName, language, facts.tier)),
  ];
  const lines =
    event.kind === 'closed'
      ? [
          event.reason === 'recovered' ? words.isBack(what) : words.isGone(what),
          '',
          ...common,
          ...row(labels.until, local(event.closedAt)),
          ...row(labels.lasted, duration(roundedDown(event.closedAt - outage.openedAt))),
          ...saw,
          ...ranks,
          ...row(labels.next, event.reason === 'recovered' ? next.closed : next.unwatched),
        ]
      : [
          words.isDown(what),
          '',
          ...common,
          ...row(labels.confirmed, `${local(outage.confirmedAt)}, ${words.inARow(facts.confirm ?? 1)}`),
          ...saw,
          ...ranks,
          ...row(labels.maintenance, outage.window && words.overran(outage.window)),
          ...(forOps ? facts.contacts.flatMap((contact) => row(labels.contact, contactLine(contact))) : []),
          ...row(labels.next, forOps ? next.openedOps : next.openedClient),
        ];
  const text = [...lines, ...row(labels.reference, eventId)].join('\n');
  return `${language === 'fr' ? typographic(text) : text}\n`;
};

const placesIn = (seeing: NonNullable<Facts['places']>['seeing'], language: Language): string[] =>
  seeing.map(({ id, name }) => inLanguage(name, language, id));

const contactLine = ({ name, phone, email }: ClientPlan['contacts'][number]): string =>
  [name, phone, email].filter((part) => part !== undefined).join(', ');
