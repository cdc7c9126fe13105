/**
 * Benchmarks by the ids of the targets, each against its peer or limit in one run on one machine.
 *
 *     npm run bench                 all of them, as a table
 *     npm run bench -- P1 S2        some of them
 *     npm run bench -- --json       a line of JSON for each figure
 *
 * Ends with 1 where a target is missed.
 */
import { cost } from './cost/bench.ts';
import { egress } from './egress.ts';
import { hostile } from './hostile/bench.ts';
import { httpProbing, httpsProbing, secondCheck } from './probing/bench.ts';
import type { Benchmark, Result } from './result.ts';
import { scale } from './scale/bench.ts';
import { settlement } from './settlement.ts';
import { start } from './start/bench.ts';
import { storage } from './storage.ts';

const benchmarks: readonly Benchmark[] = [
  ...[storage, settlement],
  ...[httpProbing, httpsProbing, secondCheck, scale, egress, hostile, start],
  cost,
];

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = args.filter((arg) => !arg.startsWith('--')).map((id) => id.toUpperCase());
const known = benchmarks.flatMap(({ ids }) => ids);
const strange = [
  ...wanted.filter((id) => !known.includes(id)),
  ...args.filter((a) => a.startsWith('--') && a !== '--json'),
];
if (strange.length > 0) {
  process.stderr.write(`no benchmark is called ${strange.join(', ')}; there are ${known.join(', ')} and --json\n`);
  process.exit(2);
}

const row = ({ id, what, value, unit, target, holds }: Result): string => {
  const verdict = target === undefined ? '' : `${`target ${target}`.padEnd(14)}${holds ? 'holds' : 'MISSED'}`;
  return `${`${id.padEnd(4)}${what.padEnd(72)}${String(value).padStart(9)} ${unit.padEnd(29)}${verdict}`.trimEnd()}\n`;
};

let missed = false;
for (const { ids, title, run } of benchmarks) {
  if (wanted.length > 0 && !ids.some((id) => wanted.includes(id))) continue;
  if (!json) process.stdout.write(`\n${title}\n`);
  const results = await run((line) => void process.stderr.write(`  ${line}\n`));
  for (const result of results.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    missed ||= result.holds === false;
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : row(result));
  }
}
process.exitCode = missed ? 1 : 0;
