/** The same watching done as others do it, in the quantities that AWS bills. */
import { add, type Fraction, fraction, most } from '../money/fraction.ts';
import { assumed, minutes, runDays } from './design.ts';
import type { PriceId, Quantity } from './prices.ts';
import type { Units } from './units.ts';
import { billedCpu, exactly, gbSeconds, gigabytes, probesOf, product, type Workload } from './workload.ts';

const minuteMs = 60_000;
const quantities = (...pairs: readonly (readonly [PriceId, Fraction])[]): Quantity[] =>
  pairs.map(([price, amount]) => ({ price, amount }));

const plainCpuMs = ({ protocol }: Workload, units: Units): Fraction =>
  fraction(BigInt(Math.round(units.plain[protocol].cpuUs * 1_000)), 1_000_000n);

/** So many items a sample, kept as long as Vigie keeps its runs, and not in a permanent form. */
const samplesOf = (workload: Workload, units: Units, items: number): Quantity[] => {
  const probes = probesOf(workload);
  const bytes = units.plainItemBytes + assumed.itemOverheadBytes;
  return quantities(
    ['dynamoWriteUnits', product(probes, items, Math.ceil(units.plainItemBytes / 1_024))],
    ['dynamoStorage', gigabytes(product(probes, items, bytes, fraction(runDays, 30)))],
    ['egress', gigabytes(product(probes, units.plain[workload.protocol].egressBytes))],
  );
};

/** N2: one Lambda of 512 MB that loops over everything with `fetch`, fifty at a time, an item and a log line a sample. */
export const loopingLambda = (workload: Workload, units: Units): Quantity[] => {
  const { endpoints, regions, intervalMs } = workload;
  const rounds = fraction(BigInt(regions) * BigInt(minutes) * BigInt(minuteMs), BigInt(intervalMs));
  const working = billedCpu(product(plainCpuMs(workload, units), endpoints), 512);
  const waiting = fraction(Math.ceil(endpoints / 50) * assumed.answerMs);
  const logs = add(product(probesOf(workload), units.plainLogBytes), product(rounds, assumed.platformLogBytes));
  return [
    ...quantities(
      ['lambdaGbSeconds', gbSeconds(rounds, most(working, waiting), 512)],
      ['lambdaRequests', rounds],
      ['schedulerInvocations', rounds],
      ['logsIngested', gigabytes(logs)],
    ),
    ...samplesOf(workload, units, 1),
  ];
};

/** N1 takes half a second of 256 MB, as such functions do: a cold SDK, a handshake, two writes. Source: `docs/cost.md`. */
const lambdaPerCheckMs = 500;

/** N1: a schedule and a Lambda of 256 MB for every check, which writes the sample and the endpoint's present state. */
export const lambdaPerCheck = (workload: Workload, units: Units): Quantity[] => {
  const probes = probesOf(workload);
  return [
    ...quantities(
      ['lambdaGbSeconds', gbSeconds(probes, fraction(lambdaPerCheckMs), 256)],
      ['lambdaRequests', probes],
      ['schedulerInvocations', probes],
      ['logsIngested', gigabytes(product(probes, units.plainLogBytes + assumed.platformLogBytes))],
      ['dynamoWriteUnits', probes], // the present state; one item an endpoint, no storage to speak of
    ),
    ...samplesOf(workload, units, 1),
  ];
};

/** Flat: Route 53 probes every 30 s from a dozen places of its own, whatever was asked for. */
export const route53 = ({ endpoints, protocol }: Workload): Quantity[] =>
  quantities(
    ['route53Checks', exactly(endpoints)],
    ...(protocol === 'https' ? ([['route53Https', exactly(endpoints)]] as const) : []),
  );

/** A canary run for every probe; its Lambda, logs and artifacts would come on top. */
export const synthetics = (workload: Workload): Quantity[] => quantities(['syntheticsRuns', probesOf(workload)]);
