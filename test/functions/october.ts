import type { Plan } from '../../shared/contract/plan.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { epochMs } from '../../shared/time/span.ts';
import { place, versionOfPlan } from './world.ts';

export const hour = 3_600_000;
/** With the day before, which the evidence of a month begins with. */
export const firstOfOctober = Date.UTC(2026, 8, 30);
const last = Date.UTC(2026, 10, 1, 12);

/** October, seen every ten minutes of checks that run every five; acme's SMTP is down for the first four hours of the 10th. */
export const october = (of: Plan): StoredRun[] => {
  const slots = rostersOf(of)[0]?.slots ?? [];
  const outage = Date.UTC(2026, 9, 10, 2);
  const runs: StoredRun[] = [];
  for (let at = firstOfOctober; at < last; at += 600_000) {
    const codes = encodeRun(
      slots.map(({ id }) =>
        id === 'acme/mail/smtp' && at >= outage && at < outage + 4 * hour
          ? { state: 'down', cause: 'refused' }
          : { state: 'up', latencyMs: 20 },
      ),
    );
    const startedAt = epochMs(at + 700);
    runs.push({ place, shard: 0, scheduledAt: epochMs(at), startedAt, planVersion: versionOfPlan(of), codes });
  }
  return runs;
};
