import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { defaultTerms } from '../../shared/contract/default-terms.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { jsonSchemas } from '../../shared/contract/language/json-schema.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { contracts, readContract, readVectors } from './settled.ts';

const page = readFileSync('docs/contract-language.md', 'utf8');

/** Blocks of YAML by their first line, which says what they are a block of. */
const blocks = [...page.matchAll(/```yaml\n# ([^\n]+)\n([\s\S]*?)```/g)].map(([, kind = '', text = ''], at) => ({
  at: at + 1,
  kind,
  written: parse(text) as Readonly<Record<string, unknown>>,
}));

const provider = {
  ...{ id: 'provider', name: 'Provider', language: 'en', zone: 'Europe/Paris', currency: 'EUR' },
  places: { frankfurt: { region: 'eu-central-1' } },
};
const client = { id: 'acme', name: 'Acme', since: '2026-01-01' };
const service = { fee: '100.00 EUR', endpoints: { site: { http: 'https://www.example.com/' } } };

/** The least that a block needs around it to be a folder. */
const folderAround = (kind: string, written: Readonly<Record<string, unknown>>) => {
  const mail =
    kind === 'terms' ? { ...service, terms: { target: '99.9 %', ...written } } : { fee: '100.00 EUR', ...written };
  const own =
    kind === 'client'
      ? { ...client, ...written, services: { mail: service } }
      : { ...client, services: { mail: kind === 'provider.yaml' ? service : mail } };
  return [
    { path: 'provider.yaml', text: stringify(kind === 'provider.yaml' ? written : provider) },
    { path: 'clients/acme.yaml', text: stringify(own) },
  ];
};

test.each(blocks)('example $at, of $kind, is what Vigie reads', ({ kind, written }) => {
  expect(['terms', 'service', 'client', 'provider.yaml']).toContain(kind);
  const decoded = decodeFolder(folderAround(kind, written));
  expect(decoded.ok ? [] : decoded.problems.map(formatProblem)).toEqual([]);
});

test('every block of YAML says what it is a block of', () => {
  expect(page.match(/```yaml/g)).toHaveLength(blocks.length);
});

test('the defaults of the page are the defaults', () => {
  const shown = blocks.find(({ written }) => 'overrun' in Object(written.maintenance) && 'probe' in written);
  expect(shown?.written).toEqual(defaultTerms);
});

/** Names of fields, wherever they stand in a JSON Schema. */
const fieldsIn = (schema: unknown): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, unknown>> };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(fieldsIn)];
};

test('every field of the terms is named on the page', () => {
  const whole = JSON.parse(jsonSchemas()['client.json'] ?? '{}') as {
    readonly definitions: Readonly<Record<string, unknown>>;
  };
  const fields = new Set(['terms', 'limits', 'hours', 'compose'].flatMap((name) => fieldsIn(whole.definitions[name])));
  expect(fields.size).toBeGreaterThan(60);
  expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(page))).toEqual([]);
});

const index = new Map(
  [...page.matchAll(/^\| ([A-Z]-[\w-]+) \|.*$/gm)].map(([row, name = '']) => [
    name,
    [...row.matchAll(/test\/corpus\/([\w-]+)\//g)].map(([, contract = '']) => contract),
  ]),
);

test('every mechanism of the corpus is in the index', () => {
  const needed = new Set(contracts.flatMap((name) => readVectors(name).mechanisms));
  expect([...needed].filter((mechanism) => !index.has(mechanism))).toEqual([]);
});

test('a contract that the index names for a mechanism has it', () => {
  const wrong = [...index].flatMap(([mechanism, examples]) =>
    examples.filter((name) => !contracts.includes(name) || !readVectors(name).mechanisms.includes(mechanism)),
  );
  expect(wrong).toEqual([]);
});

test('contracts of the corpus are in the form of the page', () => {
  for (const name of contracts) expect(readContract(name)).toMatch(/^# yaml-language-server/);
});
