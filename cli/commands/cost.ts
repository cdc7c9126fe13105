import { InvalidArgumentError, Option } from 'commander';
import type { Bill, Line } from '../../shared/cost/bill.ts';
import { assumed } from '../../shared/cost/design.ts';
import { type Estimate, estimate, timesAsMuch } from '../../shared/cost/estimate.ts';
import { type HomeRegion, homeRegions, listPrices } from '../../shared/cost/prices.ts';
import { measuredUnits } from '../../shared/cost/units.ts';
import { type Fraction, formatDecimal, formatFraction, fraction, minus, times } from '../../shared/money/fraction.ts';
import { examples, type Register } from '../context.ts';
import { paint, type Terminal, table } from '../terminal.ts';

interface Options {
  readonly endpoints: number;
  /** Seconds. */
  readonly interval: number;
  readonly regions: number;
  readonly agents: number;
  readonly heartbeats: number;
  readonly protocol: 'http' | 'https';
  readonly homeRegion: HomeRegion;
  readonly freeTier?: true;
  readonly json?: true;
}

const whole =
  (most: number, least = 1) =>
  (text: string): number => {
    const value = /^\d{1,7}$/.test(text) ? Number(text) : -1;
    if (value < least || value > most) throw new InvalidArgumentError(`Want a whole number from ${least} to ${most}.`);
    return value;
  };

const seconds = (text: string): number => {
  const value = whole(86_400)(text);
  if (value % 60 !== 0 && ![10, 15, 20, 30].includes(value))
    throw new InvalidArgumentError('Want whole minutes, in seconds, or 10, 15, 20 or 30.');
  return value;
};

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `$1,234.50`; four decimals where the cents would say nothing. */
const dollars = (usd: Fraction): string => {
  const decimals = usd.n !== 0n && Number(formatDecimal(usd, 2)) < 1 ? 4 : 2;
  const [size = '', rest = ''] = formatDecimal(usd, decimals).split('.');
  return `$${grouped(size)}.${rest}`;
};

const amountOf = (amount: Fraction): string => {
  const small = Number(formatDecimal(amount, 3)) < 100 && amount.d !== 1n;
  const [size = '', rest] = formatDecimal(amount, small ? 2 : 0).split('.');
  return grouped(size) + (rest === undefined ? '' : `.${rest}`);
};

const rowsOf = ({ lines }: Bill): string[][] =>
  lines
    .toSorted((a, b) => Number(a.service > b.service) - Number(a.service < b.service))
    .filter(({ amount }) => amount.n !== 0n)
    .map((line, at, all) => [
      all[at - 1]?.service === line.service ? '' : line.service,
      `${amountOf(line.amount)} ${line.unit}`,
      `${dollars(line.usd)}${line.known === 'memory' ? ' *' : ''}`,
    ]);

const starred = ({ lines }: Bill): boolean => lines.some(({ known, amount }) => known === 'memory' && amount.n !== 0n);

const print = (found: Estimate, terminal: Terminal): void => {
  const { workload, vigie, calm, others, freeTier, alwaysDown } = found;
  const bold = (text: string): string => paint(terminal)('bold', text);
  const { endpoints, intervalMs, regions, agents, heartbeats, protocol, homeRegion } = workload;
  const andJobs =
    heartbeats === 0 ? '' : `, and ${grouped(String(heartbeats))} ${heartbeats === 1 ? 'heartbeat' : 'heartbeats'}`;
  const byAgents = agents === 0 ? '' : ` and ${agents} ${agents === 1 ? 'agent' : 'agents'}`;
  terminal.out(
    bold(
      `${grouped(String(endpoints))} ${protocol.toUpperCase()} endpoints, every ${intervalMs / 1_000} s, from ${regions} ${regions === 1 ? 'region' : 'regions'}${byAgents}${andJobs}, ${homeRegion}`,
    ),
  );
  terminal.out(
    `A month of 30 days at list price, ${freeTier ? 'within the always-free allowances' : 'allowances ignored'}\n`,
  );
  terminal.out(table([...rowsOf(vigie), [bold('Vigie'), '', bold(dollars(vigie.usd))]]));
  terminal.out(`\n${bold('The same, where nothing fails')}`);
  const compared = others.map(({ name, bill }) => {
    const ratio = timesAsMuch(bill, calm);
    const much = ratio ? `${amountOf(ratio)} times` : '';
    return [name, `${dollars(bill.usd)}${starred(bill) ? ' *' : ''}`, much];
  });
  terminal.out(table([['Vigie', dollars(calm.usd), ''], ...compared]));
  terminal.out(
    `\nUnits were measured on ${measuredUnits.measuredOn}, prices listed on ${listPrices.compiled}; * rests on a price from memory.`,
  );
  terminal.out(
    `Assumed: answers in ${assumed.answerMs} ms, arm64 ${assumed.armFactor} times as slow as what measured, ${assumed.outages} outages an endpoint of ${assumed.outageMinutes} min. docs/cost.md has it all.`,
  );
  terminal.out(
    `Following what fails is ${dollars(minus(vigie.usd, calm.usd))} of the month; were something down all month, ${dollars(alwaysDown)} more.`,
  );
};

/** Dollars are exact: `"n/d"`, and rounded to a micro-dollar beside it. */
const money = (usd: Fraction) => ({
  exact: formatFraction(usd),
  micros: Number(formatDecimal(times(usd, fraction(1_000_000)), 0)),
});

const billJson = ({ lines, usd }: Bill) => ({
  usd: money(usd),
  lines: lines.map((line: Line) => ({
    service: line.service,
    price: line.price,
    unit: line.unit,
    amount: formatDecimal(line.amount, 6),
    billed: formatDecimal(line.billed, 6),
    usd: money(line.usd),
    known: line.known,
  })),
});

const json = ({ workload, freeTier, vigie, calm, others, alwaysDown }: Estimate) => ({
  ...workload,
  freeTier,
  pricesListedOn: listPrices.compiled,
  unitsMeasuredOn: measuredUnits.measuredOn,
  vigie: billJson(vigie),
  others: Object.fromEntries(others.map(({ design, name, bill }) => [design, { name, ...billJson(bill) }])),
  calm: billJson(calm),
  alwaysDownMore: money(alwaysDown),
});

const cost = (options: Options, terminal: Terminal): void => {
  const { endpoints, interval, regions, agents, heartbeats, protocol, homeRegion, freeTier } = options;
  const workload = { endpoints, intervalMs: interval * 1_000, regions, agents, heartbeats, protocol, homeRegion };
  const found = estimate(workload, measuredUnits, listPrices, freeTier === true);
  if (options.json) terminal.out(JSON.stringify(json(found), null, 2));
  else print(found, terminal);
};

export const registerCost: Register = (program, { terminal }) => {
  program
    .command('cost')
    .summary('what AWS will charge a month')
    .description(
      'Says what AWS will charge a month, by service, and what the same would cost as others do it. Needs no AWS.',
    )
    .requiredOption('--endpoints <n>', 'how many endpoints', whole(1_000_000))
    .option('--interval <seconds>', 'between two probes of an endpoint: whole minutes, or 10, 15, 20, 30', seconds, 60)
    .option('--regions <n>', 'how many regions probe each endpoint', whole(30), 1)
    .option('--agents <n>', 'how many agents of your own probe each endpoint too', whole(100, 0), 0)
    .option(
      '--heartbeats <n>',
      'how many jobs and devices call by themselves, beside the endpoints',
      whole(1_000_000, 0),
      0,
    )
    .addOption(new Option('--protocol <name>', 'what most of them are').choices(['https', 'http']).default('https'))
    .addOption(
      new Option('--home-region <region>', 'where the stack is').choices([...homeRegions]).default('eu-west-3'),
    )
    .option('--free-tier', "with the account's always-free allowances, if nothing else uses them")
    .option('--json', 'for machines: dollars exact and in micro-dollars')
    .addHelpText(
      'after',
      examples(
        ['cost --endpoints 1000 --interval 60 --regions 1', 'the month by service, and next to it four other designs'],
        ['cost --endpoints 1000 --free-tier --json | jq .vigie.usd.micros', 'a figure for a machine'],
      ),
    )
    .action((options: Options) => cost(options, terminal));
};
