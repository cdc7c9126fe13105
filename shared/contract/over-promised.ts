/** What the months that are already measured would have cost under the terms of today. */
import type { Evidence } from '../measure/evidence.ts';
import { settle } from '../statement/settle.ts';
import type { ServiceStatement } from '../statement/statement.ts';
import type { ClientPlan } from './plan.ts';
import type { Finding } from './review.ts';

export interface MeasuredMonth {
  /** `2026-10`. */
  readonly period: string;
  readonly evidence: Evidence;
}

/** Before every month that Vigie can have measured. */
const always = '2000-01-01';

/** The client as if the newest terms had held from the beginning. */
const asOfToday = (client: ClientPlan): ClientPlan => {
  const newest = <V extends { readonly from: string }>(versions: readonly V[]): V[] =>
    versions.slice(-1).map((version) => ({ ...version, from: always }));
  return {
    ...client,
    since: always,
    versions: newest(client.versions),
    services: client.services.map((service) => ({ ...service, since: always, versions: newest(service.versions) })),
  };
};

const broken = ({ parts }: ServiceStatement): boolean =>
  parts.some(({ clauses }) => clauses.some(({ met }) => met === false));

const money = (minor: number, { currency, minorDigits }: ClientPlan): string =>
  `${(minor / 10 ** minorDigits).toFixed(minorDigits)} ${currency}`;

/** One finding for each service whose promise the past would have broken, with what it would have cost. */
export const overPromised = (client: ClientPlan, past: readonly MeasuredMonth[]): Finding[] => {
  const today = asOfToday(client);
  const months = past.map(({ period, evidence }) =>
    settle({ client: today, period, evidence, provenance: { planVersion: 'review' } }),
  );
  return client.services.flatMap(({ id }): Finding[] => {
    const statements = months.flatMap(({ period, services }) =>
      services
        .filter((service) => service.id === id && broken(service))
        .map((service) => ({ period: period.label, service })),
    );
    if (statements.length === 0) return [];
    const owed = statements.reduce((minor, { service }) => minor + service.creditMinor, 0);
    const which = statements.map(({ period }) => period).join(', ');
    const text = `the promise would have been broken in ${statements.length} of the last ${past.length} months measured (${which}), for ${money(owed, client)} of credits`;
    return [{ code: 'over-promised', client: client.id, service: id, term: 'target', text }];
  });
};
