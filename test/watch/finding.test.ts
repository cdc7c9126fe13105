import { describe, expect, test } from 'vitest';
import { messageSchema } from '../../shared/outage/message.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { findingNotice, findingsOf, type Observed } from '../../shared/watch/finding.ts';

const at = (iso: string): EpochMs => epochMs(Date.parse(iso));
const noon = at('2026-11-02T12:00Z');
const before = (minutes: number): EpochMs => epochMs(noon - minutes * 60_000);
const well: Observed = {
  now: noon,
  runs: [{ place: 'home', shard: 0, newestAt: before(1) }],
  waiting: [],
  unreadable: [],
  uncompacted: [],
};
const october = { period: '2026-10', end: at('2026-11-01T00:00Z') };

test.each<{ name: string; seen: Partial<Observed>; ids: string[] }>([
  { name: 'nothing is found where all is well', seen: {}, ids: [] },
  { name: 'nor before the first plan', seen: { runs: [] }, ids: [] },
  {
    name: 'a run that is not five minutes old is no trouble',
    seen: { runs: [{ place: 'home', shard: 0, newestAt: epochMs(before(5) + 1) }] },
    ids: [],
  },
  {
    name: 'one that is five minutes old is late',
    seen: { runs: [{ place: 'home', shard: 0, newestAt: before(5) }] },
    ids: [`runs-late/home/${before(5)}`],
  },
  {
    name: 'shards that stopped at one place are one trouble, another place is another',
    seen: {
      runs: [
        { place: 'home', shard: 0, newestAt: before(6) },
        { place: 'home', shard: 1, newestAt: before(9) },
        { place: 'home', shard: 2, newestAt: before(1) },
        { place: 'frankfurt', shard: 0, newestAt: before(7) },
      ],
    },
    ids: [`runs-late/home/${before(9)}`, `runs-late/frankfurt/${before(7)}`],
  },
  { name: 'a young notice is on its way', seen: { waiting: [{ eventId: 'a', createdAt: before(14) }] }, ids: [] },
  {
    name: 'an old one waits, and those behind it with it',
    seen: {
      waiting: [
        { eventId: 'a', createdAt: before(16) },
        { eventId: 'b', createdAt: before(15) },
      ],
    },
    ids: ['messages-wait/a'],
  },
  {
    name: 'one that cannot be read is told at once, however odd its key',
    seen: { unreadable: ['OUT#old é'] },
    ids: ['message-unreadable/OUT-old--'],
  },
  {
    name: 'a settlement has six hours from 14:00 on the 1st',
    seen: { now: at('2026-11-01T19:59Z'), runs: [], unsettled: october },
    ids: [],
  },
  {
    name: 'and is overdue then',
    seen: { now: at('2026-11-01T20:00Z'), runs: [], unsettled: october },
    ids: ['settlement-overdue/2026-10'],
  },
  {
    name: 'a day has until six in the morning to be compacted',
    seen: { now: at('2026-11-02T05:59Z'), runs: [], uncompacted: [{ place: 'home', day: october.end }] },
    ids: [],
  },
  {
    name: 'and is late then',
    seen: { now: at('2026-11-02T06:00Z'), runs: [], uncompacted: [{ place: 'home', day: october.end }] },
    ids: [`compaction-late/home/${october.end}`],
  },
])('$name', ({ seen, ids }) => {
  expect(findingsOf({ ...well, ...seen }).map(({ id }) => id)).toEqual(ids);
});

describe('the notice', () => {
  const everything: Observed = {
    now: noon,
    runs: [{ place: 'home', shard: 0, newestAt: before(90) }],
    waiting: [{ eventId: `outage/${'x'.repeat(240)}`, createdAt: before(20) }],
    unreadable: ['OUT#old#ops'],
    unsettled: october,
    uncompacted: [{ place: 'home', day: october.end }],
  };

  test('of whatever was found is one that SNS takes, and leads to the runbook', () => {
    const notices = findingsOf(everything).map(findingNotice);
    expect(notices).toHaveLength(5);
    for (const notice of notices) {
      expect(messageSchema.safeParse(notice).error).toBeUndefined();
      expect(notice.email).toMatch(/docs\/runbook\.md#[a-z-]+\n/);
    }
  });

  test('says what has stopped, and since when', () => {
    const [late] = findingsOf(everything).map(findingNotice);
    expect(late?.subject).toBe('Vigie: 1 of 1 shards at home have written no run since 2026-11-02 10:30 UTC');
  });
});
