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

/** A sample of one place; `-` is a round that has the endpoint in it and says nothing of it yet. */
export interface Sent {
  readonly place: string;
  readonly minute: number;
  readonly letter: string;
}

/**
 * What may be told of a check of each minute that one failure confirms, of all that was sent so far, while plans change its
 * places: an outage opens where enough of its places fail though those that have only just been asked be well, and ends where
 * too few do though they fail too. What failed before its place was taken away for a moment may still count.
 */
export const slowlyAllowed = (
  sent: readonly Sent[],
  /** The plans in force, the first from long before. */
  plans: readonly { readonly minute: number; readonly places: readonly string[] }[],
  quorum: Check['quorum'],
): { readonly mayOpen: boolean; readonly mayClose: boolean } => {
  const now = sent.at(-1)?.minute ?? 0;
  const places = plans.at(-1)?.places ?? [];
  const standing = places.map((place): 'd' | 'u' | 'soon' | 'failed before' | 'failed before, unsure' | 'silent' => {
    const own = sent.filter((one) => one.place === place);
    const askedAt = plans[plans.findLastIndex((plan) => !plan.places.includes(place)) + 1]?.minute ?? now;
    const samples = own.filter(({ letter, minute }) => letter !== '-' && minute >= askedAt);
    const verdict = samples.findLast(({ letter }) => letter !== '?');
    if (verdict?.letter === 'd') return now - verdict.minute <= 3 ? 'd' : 'silent';
    const heardAt = Math.max(askedAt, own.at(-1)?.minute ?? askedAt);
    const last = samples.at(-1);
    if (now - heardAt > 3) return 'silent';
    const before = own.findLast(({ letter }) => letter === 'd');
    const failedBefore = before !== undefined && now - before.minute <= 3;
    if (last && heardAt - last.minute <= 3 && last.letter === 'u') return 'u';
    if (last && heardAt - last.minute <= 3) return failedBefore ? 'failed before, unsure' : 'silent';
    if (own.some(({ minute }) => minute < heardAt - 2.5) && now - askedAt > 3) return 'silent';
    return failedBefore ? 'failed before' : 'soon';
  });
  const count = (of: string) => standing.filter((one) => one === of).length;
  const [down, well, again] = [count('d'), count('u'), count('failed before')];
  const soon = count('soon') + again;
  const majority = Math.max(Math.floor((down + well + soon) / 2) + 1, places.length >= 3 ? 2 : 1);
  const needed = quorum === 'majority' ? majority : quorum;
  return {
    mayOpen: down + again + count('failed before, unsure') >= needed,
    mayClose: well > 0 && down + soon < needed,
  };
};
