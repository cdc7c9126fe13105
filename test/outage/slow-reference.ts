/**
 * Detection of one endpoint the slow and obvious way: nothing is remembered but the outage, and after each delivery
 * everything that was delivered so far is looked at again.
 */
import type { Arrival, Seen } from '../../shared/outage/arrival.ts';
import type { Maintenance } from '../../shared/outage/outage.ts';
import type { Check } from '../../shared/probe/check.ts';
import { minute } from './given.ts';

/** Verdicts of one place that count, each newer than all before: what comes late, or says nothing, does not. */
const countedOf = (delivered: readonly Seen[]): Seen[] => {
  const counted: Seen[] = [];
  for (const sample of delivered)
    if (sample.outcome.state !== 'unknown' && sample.at > (counted.at(-1)?.at ?? 0)) counted.push(sample);
  return counted;
};

export const slowly = (deliveries: readonly Arrival[], check: Check, maintenance: readonly Maintenance[]): string[] => {
  const told: string[] = [];
  let open: { openedAt: number; confirmedAt: number; told: boolean } | undefined;
  let closedAt = 0;
  const delivered = new Map(check.places.map((place): [string, Seen[]] => [place, []]));
  const heardAt = new Map<string, number>();
  const isQuiet = (at: number) => maintenance.some(({ start, end }) => start <= at && at < end);

  const judge = (sampleAt: number, failed: boolean): void => {
    const freshFrom = Math.max(sampleAt, ...heardAt.values()) - Math.max(3 * check.everyMs, 3 * minute);
    let [known, at] = [0, Math.max(sampleAt, closedAt, open?.confirmedAt ?? 0)];
    const down: number[] = [];
    for (const [place, samples] of delivered) {
      const counted = countedOf(samples);
      const last = counted.findLastIndex(({ outcome }) => outcome.state === 'down');
      const isFailing = last >= 0 && last === counted.length - 1;
      if (last >= 0) at = Math.max(at, (counted[last + 1] ?? counted[last])?.at ?? 0);
      const streak = counted.slice(counted.findLastIndex(({ outcome }) => outcome.state === 'up') + 1);
      const newest = samples.toSorted((a, b) => a.at - b.at).at(-1);
      if (isFailing ? (streak.at(-1)?.at ?? 0) < freshFrom : (heardAt.get(place) ?? 0) < freshFrom) continue;
      if (!isFailing && newest?.outcome.state === 'unknown') continue;
      known += 1;
      if (isFailing && streak.length >= check.confirm) down.push(streak[0]?.at ?? 0);
    }
    const majority = Math.max(Math.floor(known / 2) + 1, check.places.length >= 3 ? 2 : 1);
    const needed = check.quorum === 'majority' ? majority : check.quorum;
    const since = down.sort((a, b) => a - b)[needed - 1];
    if (!open && since !== undefined) {
      open = { openedAt: Math.max(since, closedAt), confirmedAt: at, told: !isQuiet(at) };
      told.push(`opened ${open.openedAt} ${at} ${open.told}`);
    } else if (open && since === undefined && known > down.length) {
      told.push(`closed ${open.openedAt} ${at} ${open.told}`);
      [open, closedAt] = [undefined, at];
    } else if (open && !open.told && failed && !isQuiet(at)) {
      open.told = true;
      told.push(`overran ${open.openedAt} ${at} true`);
    }
  };

  for (const { kind, place, at, seen: all } of deliveries) {
    heardAt.set(place, Math.max(heardAt.get(place) ?? 0, at));
    const samples = delivered.get(place) ?? [];
    const isOver = (sample: Seen) =>
      samples.some(({ outcome, at: upAt }) => outcome.state === 'up' && upAt > sample.at);
    const seen = all.filter((sample) => kind === 'run' || sample.outcome.state !== 'down' || !isOver(sample));
    // A round of other endpoints, or looks that are old news: somebody else's silence may have decided meanwhile.
    if (seen.length === 0) judge(at, false);
    for (const sample of seen) {
      const before = countedOf(samples).length;
      samples.push(sample);
      judge(sample.at, sample.outcome.state === 'down' && countedOf(samples).length > before);
    }
  }
  return told;
};
