import { expect, test } from 'vitest';
import { statementSchema } from '../../shared/statement/statement.ts';
import { clauseOf, outages, settled } from './a-contract.ts';

test('a month without an outage owes nothing', () => {
  const statement = settled({ evidence: outages() });
  expect(clauseOf(statement).figure?.exact).toBe('1');
  expect(statement.creditMinor).toBe(0);
});

test('a statement is what its schema says', () => {
  const statement = settled({ evidence: outages(['2026-10-10T00:00:00Z', '2026-10-10T01:00:00Z']) });
  expect(statementSchema.parse(JSON.parse(JSON.stringify(statement)))).toEqual(statement);
});

test.each([
  // October 2026 in Paris has 745 h = 2 682 000 000 ms, so 99.9 % allow 2 682 000 ms: 44 min 42 s.
  { name: 'the target met exactly owes nothing', end: '2026-10-10T00:44:42.000Z', minor: 0 },
  { name: 'one millisecond past it owes a tenth', end: '2026-10-10T00:44:42.001Z', minor: 100_00 },
  { name: '99 % exactly is still in the first band', end: '2026-10-10T07:27:00Z', minor: 100_00 },
  { name: 'below 99 % a quarter is owed', end: '2026-10-10T07:27:00.001Z', minor: 250_00 },
])('$name', ({ end, minor }) => {
  expect(settled({ evidence: outages(['2026-10-10T00:00:00Z', end]) }).creditMinor).toBe(minor);
});
