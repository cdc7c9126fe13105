import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { readFolder } from '../../cli/read-folder.ts';
import { decodeContracts } from '../../shared/contract/folder.ts';
import { jsonSchemas } from '../../shared/contract/language/json-schema.ts';
import { type Plan, planSchema } from '../../shared/contract/plan.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { readSource } from '../../shared/contract/source.ts';

const planIn = async (folder: string): Promise<Plan> => {
  const decoded = decodeContracts(await readFolder(folder));
  if (!decoded.ok) throw new Error(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value.plan;
};

const folders = readdirSync('examples').map((name) => `examples/${name}`);

test.each(folders)('%s is a plan, the same after a journey through JSON', async (folder) => {
  const plan = await planIn(folder);
  expect(planSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});

test.each(folders)('every file of %s names the schema that it satisfies', async (folder) => {
  for (const file of await readFolder(folder)) {
    const name = file.path === 'provider.yaml' ? 'provider.json' : 'client.json';
    const up = '../'.repeat(file.path.split('/').length + 1);
    expect(file.text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}schema/${name}`);
    const source = readSource(file);
    const schema = z.fromJSONSchema(JSON.parse(jsonSchemas()[name] ?? 'false'));
    expect(source.ok && schema.safeParse(source.value.value).success).toBe(true);
  }
});

test('the example provider has an agreement of every shape, in two languages, currencies and zones', async () => {
  const { clients } = await planIn('examples/atelier-ops');
  const all = <K extends 'agreement' | 'language' | 'currency' | 'zone'>(field: K) =>
    [...new Set(clients.map((client) => client[field]))].sort();
  expect(all('agreement')).toEqual(['client', 'service', 'tiered']);
  expect(all('language')).toEqual(['en', 'fr']);
  expect(all('currency')).toEqual(['EUR', 'USD']);
  expect(all('zone')).toEqual(['America/New_York', 'Europe/Paris']);
});

test('one client has two tiers on one invoice', async () => {
  const { clients } = await planIn('examples/atelier-ops');
  const tiered = clients.find(({ agreement }) => agreement === 'tiered');
  expect(tiered?.services.map(({ versions }) => versions[0]?.tier)).toEqual(['premium', 'standard']);
});

test('subscribers of one catalogue service have the same terms and endpoints', async () => {
  const { clients } = await planIn('examples/atelier-ops');
  const mail = clients.flatMap(({ services }) => services.filter(({ catalogue }) => catalogue === 'hosted-mail'));
  expect(mail).toHaveLength(2);
  const [one, other] = mail;
  expect(one?.versions[0]?.terms).toEqual(other?.versions[0]?.terms);
  expect(one?.endpoints.map(({ name }) => name)).toEqual(other?.endpoints.map(({ name }) => name));
});
