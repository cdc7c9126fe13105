import { usdOf } from '../../shared/cost/bill.ts';
import { assumed } from '../../shared/cost/design.ts';
import { type Estimate, estimate, timesAsMuch } from '../../shared/cost/estimate.ts';
import { type HomeRegion, listPrices } from '../../shared/cost/prices.ts';
import { measuredUnits } from '../../shared/cost/units.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import { type Fraction, formatDecimal, minus } from '../../shared/money/fraction.ts';
import { atLeast, atMost, type Benchmark, figure, type Result } from '../result.ts';
import { measureUnits } from './measure.ts';

/** What the targets are about: https every minute from one region. */
const workload = (endpoints: number, homeRegion: HomeRegion = 'us-east-1'): Workload => ({
  endpoints,
  intervalMs: 60_000,
  regions: 1,
  agents: 0,
  heartbeats: 0,
  protocol: 'https',
  homeRegion,
});

/** Of dollars, when they are printed. */
const number = (value: Fraction): number => Number(formatDecimal(value, 6));

const times = ({ calm, others }: Estimate, design: Estimate['others'][number]['design']): number => {
  const other = others.find((one) => one.design === design);
  const ratio = other && timesAsMuch(other.bill, calm);
  return ratio ? number(ratio) : Number.NaN;
};

const c1 = (list: Estimate, paris: Estimate): Result[] => {
  const { vigie, calm } = list;
  const withoutEgress = minus(calm.usd, usdOf(calm, 'egress'));
  const alarms = usdOf(vigie, 'alarms');
  return [
    atMost(
      'C1',
      'a month of 1,000 HTTPS endpoints that nothing ails, list price, us-east-1',
      number(calm.usd),
      'USD',
      7.5,
    ),
    atMost('C1', 'the same without egress', number(withoutEgress), 'USD', 3.5),
    figure('C1', 'of which alarms of the stack itself, fixed', number(alarms), 'USD'),
    figure(
      'C1',
      `with ${assumed.outages} outages an endpoint of ${assumed.outageMinutes} min, followed`,
      number(vigie.usd),
      'USD',
    ),
    figure('C1', 'more, if something were down all the time', number(list.alwaysDown), 'USD'),
    figure('C1', 'the month in eu-west-3', number(paris.calm.usd), 'USD'),
  ];
};

const c2 = (list: Estimate, free: Estimate): Result[] => [
  atLeast('C2', 'one looping Lambda, an item a sample', times(list, 'loopingLambda'), 'x Vigie', 6),
  atLeast('C2', 'a Lambda and a schedule per check', times(list, 'lambdaPerCheck'), 'x Vigie', 25),
  atLeast('C2', 'Route 53 health checks over HTTPS', times(list, 'route53'), 'x Vigie', 350),
  figure('C2', 'CloudWatch Synthetics', times(list, 'synthetics'), 'x Vigie'),
  atMost('C2', 'a month of 1,000 HTTPS endpoints within the allowances', number(free.calm.usd), 'USD', 1),
];

export const cost: Benchmark = {
  ids: ['C1', 'C2'],
  title: 'What AWS charges a month: units of this run × list prices of shared/cost/prices.json',
  run: async (progress) => {
    const { units, egressMeasured } = await measureUnits(measuredUnits.measuredOn, measuredUnits, progress);
    if (!egressMeasured)
      progress('bytes on the wire are those of shared/cost/units.json: counting them takes Linux and root');
    const of = (work: Workload, freeTier = false) => estimate(work, units, listPrices, freeTier);
    const list = of(workload(1_000));
    return [...c1(list, of(workload(1_000, 'eu-west-3'))), ...c2(list, of(workload(1_000), true))];
  },
};
