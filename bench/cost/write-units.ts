/** Measures the units of the cost model and writes `shared/cost/units.json`: `node bench/cost/write-units.ts`, Linux, root. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { unitsSchema } from '../../shared/cost/units.ts';
import { measureUnits } from './measure.ts';

const file = new URL('../../shared/cost/units.json', import.meta.url);
const before = existsSync(file) ? unitsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data : undefined;
const today = new Date().toISOString().slice(0, 10);
const { units } = await measureUnits(today, before, (line) => void process.stderr.write(`  ${line}\n`));
writeFileSync(file, `${JSON.stringify(units, null, 2)}\n`);
