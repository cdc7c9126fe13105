import { expect, test } from 'vitest';
import { main } from '../../cli/program.ts';
import { epochMs } from '../../shared/time/span.ts';
import { fakeStack, noRuns } from './fake-stack.ts';
import { examplePlan, noon } from './run.ts';

/** What is said on standard error where each read of runs takes so long. */
const saidWhile = async (readMs: number): Promise<string[]> => {
  let now = noon;
  const said: string[] = [];
  const between = async () => {
    now = epochMs(now + readMs);
    return [];
  };
  const plan = await examplePlan();
  const terminal = { colour: false, live: false, env: {}, now: () => now, sleep: async () => {} };
  await main(
    ['status', 'hudson-legal'],
    { ...terminal, out: () => {}, err: (text: string) => void said.push(text) },
    async () => fakeStack(plan, { runs: { ...noRuns, between, newest: async () => noon } }),
  );
  return said;
};

test('what takes longer than two seconds says how far it is', async () => {
  expect(await saidWhile(100)).toEqual([]);
  const said = await saidWhile(1500);
  expect(said[0]).toMatch(/^reading \d+ days that are not compacted yet: 14 done$/);
});
