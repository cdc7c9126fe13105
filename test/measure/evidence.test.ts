import { describe, expect, test } from 'vitest';
import { evidenceSchema, noEvidence } from '../../shared/measure/evidence.ts';

const [early, late] = [1_790_000_000_000, 1_790_003_600_000];
const told = { by: 'ada', reason: 'disks', id: 'w1' };
const problemsOf = (evidence: object) => {
  const { error } = evidenceSchema.safeParse({ ...noEvidence, ...evidence });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
};
const pairs = (start: number, end: number) => ({
  outage: { endpoints: { 'a/b/c': { outages: [{ start, end }] } } },
  life: { endpoints: { 'a/b/c': { outages: [], deployed: [{ start, end }] } } },
  segment: { endpoints: { 'a/b/c': { places: { paris: [{ firstAt: start, lastAt: end, state: 'up', count: 2 }] } } } },
  window: { maintenance: [{ ...told, start, end, declaredAt: early, kind: 'scheduled' }] },
  exclusion: { exclusions: [{ ...told, start, end, enteredAt: early, kind: 'client' }] },
  pause: { incidents: [{ id: 'i', service: 'b', severity: 'high', openedAt: early, pauses: [{ start, end }] }] },
  requests: { requests: { b: { usual: { total: 1, failed: 0 }, runs: [{ start, end, total: 1, failed: 1 }] } } },
});

describe('a time that ends before it begins is refused', () => {
  test.each(Object.entries(pairs(late, early)))('%s', (_, evidence) => {
    expect(problemsOf(evidence)).toEqual([expect.stringMatching(/(end|lastAt): an? .* not before the/)]);
  });
  test.each(Object.entries(pairs(early, late)))('%s the right way round is read', (_, evidence) => {
    expect(problemsOf(evidence)).toEqual([]);
  });
});

test('requests are told in the order of time', () => {
  const run = (start: number) => ({ start, end: start + 60_000, total: 9, failed: 1 });
  const requests = (...starts: number[]) => ({
    requests: { b: { usual: { total: 1, failed: 0 }, runs: starts.map(run) } },
  });
  expect(problemsOf(requests(early, late))).toEqual([]);
  expect(problemsOf(requests(late, early))).toEqual(['requests.b.runs: runs in order of time, none over another']);
});
