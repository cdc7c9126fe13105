import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { jsonSchemas } from '../../shared/contract/language/json-schema.ts';
import { readSource } from '../../shared/contract/source.ts';
import { plainClient, plainProvider } from './folders.ts';

test.each(Object.entries(jsonSchemas()))('schema/%s is what `npm run schema` writes', (name, text) => {
  expect(readFileSync(`schema/${name}`, 'utf8')).toBe(text);
});

const judge = (name: string, text: string): boolean => {
  const source = readSource({ path: name, text });
  const schema = z.fromJSONSchema(JSON.parse(jsonSchemas()[name] ?? 'false'));
  return source.ok && schema.safeParse(source.value.value).success;
};

test('an editor that knows only the schema takes good files and refuses bad ones', () => {
  expect(judge('client.json', plainClient)).toBe(true);
  expect(judge('provider.json', plainProvider)).toBe(true);
  expect(judge('client.json', plainClient.replace('fee:', 'fees:'))).toBe(false);
  expect(judge('client.json', plainClient.replace('100.00 EUR', '100'))).toBe(false);
  expect(judge('provider.json', plainProvider.replace('language: en', 'language: de'))).toBe(false);
});

test('fields carry words for whoever writes them', () => {
  for (const name of ['provider.json', 'client.json']) {
    const text = jsonSchemas()[name] ?? '';
    const { properties } = z.object({ properties: z.record(z.string(), z.looseObject({})) }).parse(JSON.parse(text));
    const silent = Object.entries(properties).filter(([, field]) => !('description' in field) && !('$ref' in field));
    expect(silent.map(([name]) => name)).toEqual([]);
  }
});

test('evidence may leave out what was not there', () => {
  const schema = z.fromJSONSchema(JSON.parse(jsonSchemas()['evidence.json'] ?? 'false'));
  const outages = [{ start: 1_790_000_000_000, end: 1_790_000_060_000 }];
  expect(schema.safeParse({ endpoints: { 'acme/web/www': { outages } } }).success).toBe(true);
  expect(schema.safeParse({ endpoint: {} }).success).toBe(false);
});
