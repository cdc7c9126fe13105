/** A vector through the public path: the published contract as a provider's folder, its customer, a statement. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { ClientPlan, Plan, ServicePlan } from '../../shared/contract/plan.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { settle } from '../../shared/statement/settle.ts';
import { type Statement, statementSchema } from '../../shared/statement/statement.ts';
import { evidenceOf } from './evidence-of.ts';
import { type Vector, vectorsFileSchema } from './vector.ts';

export const corpus = join(import.meta.dirname);

export const contracts: readonly string[] = readdirSync(corpus, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export const readVectors = (contract: string) =>
  vectorsFileSchema.parse(parse(readFileSync(join(corpus, contract, 'vectors.yaml'), 'utf8')));

export const readContract = (contract: string): string => readFileSync(join(corpus, contract, 'contract.yaml'), 'utf8');

/** Somebody who buys one plan of the published catalogue, at the price that the vector names. */
const customer = (plan: string, fee: string): string =>
  [
    'id: customer',
    'name: Customer',
    'since: 2000-01-01',
    `services: { ${plan}: { catalogue: ${plan}, fee: ${fee} } }`,
  ].join('\n');

const firstPlan = (contract: string): string => {
  const { services } = parse(contract) as { readonly services: Readonly<Record<string, unknown>> };
  return Object.keys(services)[0] ?? '';
};

/** The plan of a provider with this one customer. */
export const planFor = (contract: string, { plan, fee }: Pick<Vector, 'plan' | 'fee'>): Plan => {
  const { currency } = parse(contract) as { readonly currency: string };
  const decoded = decodeFolder([
    { path: 'provider.yaml', text: contract },
    {
      path: 'clients/customer.yaml',
      text: customer(plan ?? firstPlan(contract), fee ? `${fee.amount} ${fee.currency}` : `0 ${currency}`),
    },
  ]);
  if (!decoded.ok) throw new Error(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value;
};

/**
 * Months, quarters and years are asked for as a scheduler asks, by the month that ends them, and the contract says how
 * far back it goes; other spans are named by their days.
 */
const labelOf = ({ start, end }: Vector['period']): string => {
  const [from, until] = [start.slice(0, 10), end.slice(0, 10)];
  const months = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
  const whole = from.endsWith('-01') && until.endsWith('-01');
  if (!whole || ![1, 3, 12].includes(months(until) - months(from))) return `${from}/${until}`;
  const last = months(until) - 2; // counted from zero, and the month before `until`
  return `${Math.floor(last / 12)}-${String((last % 12) + 1).padStart(2, '0')}`;
};

export interface Settled {
  readonly client: ClientPlan;
  readonly service: ServicePlan;
  readonly statement: Statement;
}

export const settled = (contract: string, vector: Vector): Settled => {
  const [client] = planFor(contract, vector).clients;
  const [service] = client?.services ?? [];
  if (!client || !service) throw new Error('no service');
  const statement = settle({
    client,
    period: labelOf(vector.period),
    evidence: evidenceOf(vector, client, service),
    provenance: { planVersion: 'corpus' },
  });
  return { client, service, statement: statementSchema.parse(JSON.parse(JSON.stringify(statement))) };
};
