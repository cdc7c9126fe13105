import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plan } from '../../shared/contract/plan.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import type { StatementRecord } from '../../shared/statement/statements.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import type { Deployed } from './deployed.ts';
import { daysOf, type Invented, runsOfDay } from './past-month.ts';

export interface Replayed {
  readonly days: number;
  readonly runs: number;
}

/** Stores a past month as the probes would have, day by day, and has each day compacted by the function that does. */
export const replayMonth = async (
  stack: Deployed,
  { plan, period, outages }: { readonly plan: Plan; readonly period: string; readonly outages: readonly Invented[] },
  say: (line: string) => void,
): Promise<Replayed> => {
  const pointer = await stack.pointers.current();
  if (pointer === undefined) throw new Error('no plan is in force');
  const days = daysOf(plan, period);
  let runs = 0;
  let compacting: Promise<unknown> = Promise.resolve();
  for (const [at, day] of days.entries()) {
    for (const roster of rostersOf(plan)) {
      const history = [...runsOfDay(day, { roster, place: stack.place, planVersion: pointer.version, outages })];
      await stack.runs.importAll(history);
      runs += history.length;
    }
    await compacting; // of the day before, while this one was stored
    compacting = stack.invoke(stack.outputs.CompactFunction, { day: dateOf(day) });
    compacting.catch(() => {}); // told when it is waited for
    if (at % 8 === 7) say(`${at + 1} of ${days.length} days, ${runs.toLocaleString('en')} runs`);
  }
  await compacting;
  return { days: days.length, runs };
};

const dateOf = (day: EpochMs): string => new Date(day).toISOString().slice(0, 10);

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
