/** How old the newest run of each place is: what stands still is not watched. */
import type { Plan } from '../shared/contract/plan.ts';
import { rostersOf } from '../shared/probe/roster.ts';
import { formatFor } from '../shared/statement/language/format.ts';
import { type EpochMs, epochMs } from '../shared/time/span.ts';
import type { Stack } from './stack.ts';
import { paint, type Terminal } from './terminal.ts';

/** By place, of the shard that is behind; none where one of them has never run. Places that probe nothing are left out. */
export type NewestRuns = ReadonlyMap<string, EpochMs | undefined>;

export const newestRuns = async ({ runs }: Pick<Stack, 'runs'>, plan: Plan): Promise<NewestRuns> => {
  const rosters = rostersOf(plan);
  const places = plan.provider.places
    .map(({ id }) => id)
    .filter((id) => rosters.some((one) => one.places.includes(id)));
  const newest = places.map(async (place) => {
    const shards = rosters.filter((roster) => roster.places.includes(place)).map(({ shard }) => shard);
    const ages = await Promise.all(shards.map((shard) => runs.newest(place, shard)));
    const known = ages.filter((at) => at !== undefined);
    return [place, known.length < ages.length ? undefined : epochMs(Math.min(...known))] as const;
  });
  return new Map(await Promise.all(newest));
};

/** What is looked at in passing needs no milliseconds. */
export const wholeSeconds = (ms: number): number => Math.max(0, Math.floor(ms / 1000) * 1000);

export const ago = (at: EpochMs, now: EpochMs): string =>
  `${formatFor('en', 'UTC').duration(wholeSeconds(now - at))} ago`;

/** Three minutes without a run: what is not known to be down is not known to be up either. */
const isStale = (newest: EpochMs | undefined, now: EpochMs): boolean =>
  newest === undefined || now - newest > 3 * 60_000;

/** Whether none of the places says anything of an endpoint that they probe. */
export const unseen = (newest: NewestRuns, places: readonly string[], now: EpochMs): boolean =>
  places.every((place) => isStale(newest.get(place), now));

const lineOf = (at: EpochMs | undefined, alone: boolean, terminal: Terminal): string => {
  const color = paint(terminal);
  if (at === undefined) return color('yellow', 'not every shard has run yet');
  const late = isStale(at, terminal.now());
  const stopped = alone ? '  probes are not running' : '  probes are not running there';
  return `${color(late ? 'red' : 'green', ago(at, terminal.now()))}${late ? stopped : ''}`;
};

/** A line a place, named where there are several. */
export const newestRunLines = (newest: NewestRuns, terminal: Terminal): string => {
  const alone = newest.size === 1;
  const width = Math.max(...[...newest.keys()].map(({ length }) => length));
  return [...newest]
    .map(([place, at]) => `${alone ? '' : `${place.padEnd(width)}  `}${lineOf(at, alone, terminal)}`)
    .map((line, i) => `${i === 0 ? 'last run' : '        '}   ${line}`)
    .join('\n');
};
