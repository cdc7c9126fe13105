import { describe } from 'vitest';
import { accountsAgree, runs } from './account-walk.ts';

describe('two days over the end of summer time in Paris, walked every half minute', () => {
  accountsAgree({
    period: '2026-10-24/2026-10-26',
    span: { start: Date.parse('2026-10-24T00:00:00+02:00'), end: Date.parse('2026-10-26T00:00:00+01:00') },
    ...{ tickMs: 30_000, unitMs: 30_000, numRuns: runs },
  });
});
