/** What a subscription lets through, as SNS filters on message attributes. */
import type { Subscription } from '../../contract/plan.ts';
import { type MessageKind, messageKinds } from '../../outage/message.ts';

const kindsOf: Readonly<Record<Subscription['events'][number], readonly MessageKind[]>> = {
  outage: ['outage-opened', 'outage-closed'],
  credit: ['credit'],
  statement: ['statement'],
};

/** What is about Vigie's own work reaches whoever listens to its topic. */
const forTheProvider: readonly MessageKind[] = ['settlement', 'finding'];

/** A statement has no severity, and a client's whole month no tier: what lacks an attribute is not filtered by it. */
type Value = string | { readonly exists: false };
export type FilterPolicy = Readonly<Record<string, readonly Value[]>>;

/** An empty policy lets everything through, and is not counted as one. */
export const filterOf = ({ events, severities, services, tiers }: Subscription): FilterPolicy => {
  const wanted = messageKinds.filter(
    (kind) => forTheProvider.includes(kind) || events.some((on) => kindsOf[on].includes(kind)),
  );
  const orAbsent = (name: string, values: readonly string[] | undefined): FilterPolicy =>
    values ? { [name]: [...values, { exists: false }] } : {};
  return {
    ...(wanted.length < messageKinds.length && { kind: wanted }),
    ...orAbsent('severity', severities),
    ...orAbsent('service', services),
    ...orAbsent('tier', tiers),
  };
};

/** Source: SNS developer guide, "Filter policy constraints": the product of the numbers of values. */
const mostCombinations = 150;
/** Source: SNS developer guide, "Quotas". */
const mostPolicies = 200;

/** What SNS would refuse of a topic's subscriptions. */
export const filterProblems = (topic: string, subscriptions: readonly Subscription[]): string[] => {
  const policies = subscriptions.map(filterOf);
  const counted = policies.filter((policy) => Object.keys(policy).length > 0).length;
  const tooMany =
    counted > mostPolicies
      ? [`${topic}: ${counted} subscriptions with a filter, SNS takes ${mostPolicies} a topic`]
      : [];
  const tooWide = policies.flatMap((policy, index) => {
    const combinations = Object.values(policy).reduce((product, values) => product * values.length, 1);
    return combinations > mostCombinations
      ? [
          `${topic}: the filter of ${subscriptions[index]?.endpoint} has ${combinations} combinations, SNS takes ${mostCombinations}`,
        ]
      : [];
  });
  const addresses = subscriptions.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`);
  const twice = [...new Set(addresses.filter((address, index) => addresses.indexOf(address) !== index))].map(
    (address) => `${topic}: ${address} is subscribed twice, SNS takes one filter for an address`,
  );
  return [...tooMany, ...tooWide, ...twice];
};
