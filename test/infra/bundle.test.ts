import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = readdirSync('functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const startsFast = names.filter((name) => ['tick', 'probe', 'recheck'].includes(name));

type Outputs = ReturnType<typeof bundle>['outputs'];

/** What a process loads before it is asked anything: the entry, and what that imports in its turn. */
const atStart = (outputs: Outputs, file: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && path in outputs) atStart(outputs, path, seen);
  return seen;
};
const loadedBy = (name: string) => {
  const { outputs } = bundle(name, join(folder, name));
  const [entry = ''] = Object.keys(outputs).filter((file) => file.endsWith('index.mjs'));
  const files = [...atStart(outputs, entry)];
  return {
    inputs: files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {})),
    bytes: files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0),
  };
};

describe('a bundle', () => {
  test.each(startsFast)('of %s, which starts fast, loads no client of the SDK, no fetch, and no rare kind', (name) => {
    const { inputs, bytes } = loadedBy(name);
    const heavy = /@aws-sdk\/client-|undici\/lib\/(web|api|cache|mock|milo)|node_modules\/(re2js|json-p3|ws)\//;
    expect(inputs.filter((input) => heavy.test(input))).toEqual([]);
    expect(bytes).toBeLessThan(550_000);
  });

  test.each(startsFast)('of %s is code in each of its files, those that are loaded late among them', (name) => {
    const { outputs } = bundle(name, join(folder, name));
    for (const file of Object.keys(outputs))
      expect(() => transformSync(readFileSync(file, 'utf8'), { format: 'esm', logLevel: 'silent' })).not.toThrow();
  });

  test.each(names.filter((name) => !startsFast.includes(name)))('of %s has the SDK', (name) => {
    expect(loadedBy(name).inputs.some((input) => input.includes('@aws-sdk/client-dynamodb/'))).toBe(true);
  });
});
