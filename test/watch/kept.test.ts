import { expect, test } from 'vitest';
import { messageSchema } from '../../shared/outage/message.ts';
import { epochMs } from '../../shared/time/span.ts';
import { findingNotice } from '../../shared/watch/finding.ts';
import { keptFindings } from '../../shared/watch/kept.ts';

const now = epochMs(Date.parse('2026-11-23T17:05Z'));

test.each([
  { name: 'nothing', kept: { count: 0, of: [] }, told: [] },
  {
    name: 'one event of the slow lane, and what that means',
    kept: { count: 1, of: ['recheck'] },
    told: [
      {
        id: 'failures-kept/lyon/recheck/2026-11-23',
        what: '1 event at lyon failed on every retry: recheck',
        impact: expect.stringContaining('may be unknown instead'),
      },
    ],
  },
  {
    name: 'events of others',
    kept: { count: 12, of: ['compact', 'tick'] },
    told: [
      {
        id: 'failures-kept/lyon/compact.tick/2026-11-23',
        what: '12 events at lyon failed on every retry: compact, tick',
        impact: expect.stringContaining('waits for a human'),
      },
    ],
  },
])('of a queue with $name', ({ kept, told }) => {
  const found = keptFindings([{ place: 'lyon', ...kept }], now);
  expect(found).toMatchObject(told);
  for (const finding of found) messageSchema.parse(findingNotice(finding));
});
