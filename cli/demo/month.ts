import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plan } from '../../shared/contract/plan.ts';
import { dayFromRuns } from '../../shared/measure/compaction.ts';
import { sampleCount } from '../../shared/measure/days.ts';
import { type Roster, rostersOf } from '../../shared/probe/roster.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import type { StatementRecord } from '../../shared/statement/statements.ts';
import { dateOf } from '../../shared/time/calendar.ts';
import { type EpochMs, interval } from '../../shared/time/span.ts';
import type { Deployed } from './deployed.ts';
import { type Invented, runsOfDay } from './past-month.ts';

export interface Replayed {
  readonly days: number;
  /** Days whose runs were stored one by one, and compacted by the deployed function. */
  readonly stored: number;
  readonly samples: number;
}

export interface Month {
  readonly plan: Plan;
  readonly days: readonly EpochMs[];
  readonly outages: readonly Invented[];
  /** Days to store run by run. The others are packed, and compacted here by the code that the function runs. */
  readonly isStored: (day: EpochMs) => boolean;
}

/** Replays past days through the product's own packing and compaction, so that settlement finds what it always finds. */
export const replayMonth = async (
  stack: Deployed,
  { plan, days, outages, isStored }: Month,
  say: (line: string) => void,
): Promise<Replayed> => {
  const pointer = await stack.pointers.current();
  if (pointer === undefined) throw new Error('no plan is in force');
  const { place } = stack;
  const rosters = rostersOf(plan);
  const rosterOf = (shard: number): Roster => rosters[shard] ?? { shard, places: [], slots: [] };
  const runsOf = (day: EpochMs, shard: number): StoredRun[] => [
    ...runsOfDay(day, { roster: rosterOf(shard), place, planVersion: pointer.version, outages }),
  ];
  /** That day and nothing beside it: rounds alone stay within their days. */
  const packed = (day: EpochMs) => ({
    runs: {
      between: async (_: string, shard: number) => runsOf(day, shard),
      looksBetween: async () => [],
    },
    plans: { roster: async (_: string, shard: number) => rosterOf(shard) },
  });
  let [stored, samples] = [0, 0];
  for (const [at, day] of days.entries()) {
    if (isStored(day)) {
      for (const { shard } of rosters) await stack.runs.importAll(runsOf(day, shard));
      await stack.invoke(stack.outputs.CompactFunction, { day: dateOf(day, 'UTC') });
      stored += 1;
    } else {
      const seen = await dayFromRuns(packed(day), place, rosters.keys(), day);
      const written = [...seen].map(([endpoint, one]) => stack.days.put({ endpoint, place, day, ...one }));
      await Promise.all(written);
      await stack.days.close(place, day);
    }
    for (const { id } of rosters.flatMap(({ slots }) => slots))
      samples += (await stack.days.of(id, place, interval(day, day + 1))).reduce(
        (sum, one) => sum + sampleCount(one.segments),
        0,
      );
    if (at % 8 === 7) say(`${at + 1} of ${days.length} days, ${samples.toLocaleString('en')} samples`);
  }
  return { days: days.length, stored, samples };
};

export interface CopiedStatement {
  readonly record: StatementRecord;
  readonly htmlPath: string;
}

/** What was settled, read back from DynamoDB and S3, and copied to where a browser can open it. */
export const copyStatements = async (
  stack: Deployed,
  { plan, period, dir }: { readonly plan: Plan; readonly period: string; readonly dir: string },
): Promise<CopiedStatement[]> => {
  const copied: CopiedStatement[] = [];
  for (const { id } of plan.clients) {
    const record =
      (await stack.statements.revisions(id, period)).at(-1) ?? (await stack.statements.held(id, period)).at(-1);
    if (record === undefined) continue;
    for (const ref of [record.documents.html, record.documents.json]) {
      const text = await stack.documents.get(ref);
      if (text === undefined) throw new Error(`${ref.key} is not in the bucket`);
      await mkdir(dirname(join(dir, ref.key)), { recursive: true });
      await writeFile(join(dir, ref.key), text);
    }
    copied.push({ record, htmlPath: join(dir, record.documents.html.key) });
  }
  return copied;
};
