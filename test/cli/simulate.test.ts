import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exits } from '../../cli/refusal.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import { examplesDir, run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-simulate-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const hour = 3_600_000;
const at = Date.UTC(2026, 9, 13, 16);
const contract = `${examplesDir}/clients/cooperative-des-vergers.yaml`;
const outages = (ms: number) => ({
  endpoints: Object.fromEntries(
    ['webmail', 'smtp', 'imap'].map((name) => [
      `cooperative-des-vergers/messagerie/${name}`,
      { outages: name === 'smtp' ? [{ start: at, end: at + ms }] : [] },
    ]),
  ),
});

test('a contract and what happened give the statement, every figure exact', async () => {
  const evidence = write('evidence.json', JSON.stringify(outages(3 * hour)));
  const { code, out } = await run(['simulate', '--contract', contract, '--evidence', evidence, '--period', '2026-10']);
  expect(code).toBe(exits.done);
  const statement = statementSchema.parse(JSON.parse(out));
  expect(statement.services[0]?.parts[0]?.clauses[0]?.figure?.exact).toBe('742/745'); // Paris lives an hour twice
  expect(statement).toMatchObject({ status: 'ready', creditMinor: 24_00 });
});

test('instants may be written with their offset, and give the same bytes', async () => {
  const text = JSON.stringify(outages(3 * hour));
  const args = (file: string) => ['simulate', '--contract', contract, '--evidence', file, '--period', '2026-10'];
  const inMs = await run(args(write('ms.json', text)));
  const written = text
    .replace(String(at), '"2026-10-13T18:00+02:00"')
    .replace(String(at + 3 * hour), '"2026-10-13T19:00:00.000Z"');
  const asText = await run(args(write('text.json', written)));
  expect(written).not.toBe(text);
  expect(asText).toEqual(inMs);
  expect(inMs.code).toBe(exits.done);
});

test('a mistake in evidence is told with its line, what was seen and what was wanted', async () => {
  const smtp = '"cooperative-des-vergers/messagerie/smtp"';
  const file = write('wrong.json', `{"endpoints":{\n${smtp}: {"outages":[\n{"start":"yesterday","end":5}]}\n}}`);
  const { err, code } = await run(['simulate', '--contract', contract, '--evidence', file, '--period', '2026-10']);
  expect(code).toBe(exits.problems);
  expect(err).toContain('wrong.json:3:2  endpoints.cooperative-des-vergers/messagerie/smtp.outages[0].start');
  expect(err).toContain('saw "yesterday", want an instant in epoch milliseconds, or with its offset');
});

test('a file of YAML with nobody beside it is a contract of its own', async () => {
  const alone = write(
    'acme.yaml',
    'id: acme\nname: Acme\nsince: 2026-01-01\nservices:\n  mail:\n    fee: 100.00 EUR\n    severity: major\n    endpoints:\n      smtp: { tcp: "mail.acme.example:25" }\n    terms:\n      target: 99.9 %\n      credits:\n        - { when: availability < 99.9 %, pay: 10 % }\n',
  );
  const evidence = write(
    'one.json',
    JSON.stringify({ endpoints: { 'acme/mail/smtp': { outages: [{ start: at, end: at + hour }] } } }),
  );
  const { out, err, code } = await run([
    'simulate',
    '--contract',
    alone,
    '--evidence',
    evidence,
    '--period',
    '2026-10',
  ]);
  expect({ err, code }).toEqual({ err: '', code: exits.done });
  expect(statementSchema.parse(JSON.parse(out)).creditMinor).toBe(10_00);
});

test('a batch answers every line, in order, and goes on after a wrong one', async () => {
  const cases = [
    JSON.stringify({
      id: 'a',
      contract: join(process.cwd(), contract),
      evidence: outages(3 * hour),
      period: '2026-10',
    }),
    'not json',
    JSON.stringify({ id: 'b', contract: 'nowhere.yaml', evidence: {}, period: '2026-10' }),
    JSON.stringify({ id: 'c', contract: join(process.cwd(), contract), evidence: { outages: [] }, period: '2026-10' }),
    JSON.stringify({
      id: 'd',
      contract: join(process.cwd(), contract),
      evidence: outages(0.5 * hour),
      period: '2026-10',
    }),
  ];
  const { code, out } = await run(['simulate', '--batch', write('cases.jsonl', cases.join('\n'))]);
  const results = out.split('\n').map((line) => JSON.parse(line));
  expect(code).toBe(exits.problems);
  expect(results.map(({ id, line, ok, statement }) => [id ?? line, ok, statement?.creditMinor])).toEqual([
    ['a', true, 24_00],
    [2, false, undefined],
    ['b', false, undefined],
    ['c', false, undefined],
    ['d', true, 0],
  ]);
  expect(results[3].error).toMatch(/outages|unrecognized/i);
});

test.each([
  {
    name: 'an evidence file that is not there',
    argv: ['--contract', contract, '--evidence', '/nope.json', '--period', '2026-10'],
    code: exits.usage,
  },
  { name: 'half of the options', argv: ['--contract', contract], code: exits.usage },
  {
    name: 'a contract with a problem',
    argv: ['--contract', write('bad.yaml', 'id: [1]\n'), '--evidence', write('e.json', '{}'), '--period', '2026-10'],
    code: exits.problems,
  },
])('$name is told in a sentence', async ({ argv, code }) => {
  const ran = await run(['simulate', ...argv]);
  expect(ran.code).toBe(code);
  expect(ran.err).toMatch(/^vigie: /);
});
