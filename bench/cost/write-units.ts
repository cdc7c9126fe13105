/**
 * Measures the units of the cost model, and writes `shared/cost/units.json` and the month that `docs/cost.md` shows:
 * `node bench/cost/write-units.ts`, Linux, root.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { unitsSchema } from '../../shared/cost/units.ts';
import { measureUnits } from './measure.ts';

const file = new URL('../../shared/cost/units.json', import.meta.url);
const before = existsSync(file) ? unitsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined;
const today = new Date().toISOString().slice(0, 10);
const { units } = await measureUnits(today, before, (line) => void process.stderr.write(`  ${line}\n`));
writeFileSync(file, `${JSON.stringify(units, null, 2)}\n`);

const page = new URL('../../docs/cost.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const shown = text.replace(/(\$ vigie (cost .*)\n)[\s\S]*?```/, (_, command: string, args: string) => {
  const said = execFileSync(process.execPath, ['cli/vigie.ts', ...args.split(' ')], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return `${command}${said}\`\`\``;
});
writeFileSync(page, shown);
