import { describe } from 'vitest';
import { accountsAgree, runs } from './account-walk.ts';

// With the slow suites: each run walks 2.7 million seconds several times over.
describe('a month with the end of summer time, walked second by second', () => {
  accountsAgree({
    period: '2026-10',
    span: { start: Date.parse('2026-10-01T00:00:00+02:00'), end: Date.parse('2026-11-01T00:00:00+01:00') },
    ...{ tickMs: 1_000, unitMs: 421_000, numRuns: Math.ceil(runs / 30) },
  });
});
