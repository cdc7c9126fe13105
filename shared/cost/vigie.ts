/** A month of Vigie as `infra/` deploys it, in the quantities that AWS bills. */
import { add, type Fraction, fraction, most, parseFraction, sum, times } from '../money/fraction.ts';
import { slotsPerShard } from '../probe/roster.ts';
import { paceMs } from '../probe/run.ts';
import { alarms, alarmsOfProbing, assumed, days, memory, minutes, otherMemory, runDays, schedules } from './design.ts';
import type { PriceId, Quantity } from './prices.ts';
import type { Call, Units } from './units.ts';
import { billedCpu, exactly, gbSeconds, gigabytes, probesOf, product, type Workload } from './workload.ts';

/** Invocations of one function in a month, and what each takes. */
interface Use {
  readonly times: Fraction;
  readonly ms: Fraction;
  readonly memoryMb: number;
  readonly call: Call;
}

const waits = (calls: number): Fraction => fraction(calls * assumed.awsCallMs);

/** Of a function that computes a little and waits for AWS, one call after the other unless told otherwise. */
const use = (often: Fraction | number, call: Call, memoryMb = otherMemory, calls = call.requests): Use => ({
  times: typeof often === 'number' ? exactly(often) : often,
  ms: add(billedCpu(exactly(call.cpuMs), memoryMb), waits(calls)),
  memoryMb,
  call,
});

const shardsOf = (endpoints: number): number[] =>
  Array.from({ length: Math.ceil(endpoints / slotsPerShard) }, (_, shard) =>
    Math.min(slotsPerShard, endpoints - shard * slotsPerShard),
  );

/**
 * How long the probe function runs for a shard: its starts are paced, its processor may be slower than the pace, and
 * then the last endpoint answers and the run is written. `hangingMs`, where an endpoint waits for its deadline.
 */
export const probeMs = (slots: number, workload: Workload, units: Units, hangingMs?: number): Fraction => {
  const cpuOfOne = fraction(BigInt(Math.round(units.vigie[workload.protocol].cpuUs * 1_000)), 1_000_000n);
  const due = fraction(BigInt(slots) * 60_000n, BigInt(workload.intervalMs));
  const working = billedCpu(times(cpuOfOne, due), memory.probe);
  const own = add(billedCpu(exactly(units.probe.cpuMs), memory.probe), waits(units.probe.requests));
  return sum([most(fraction(slots * paceMs), working), fraction(hangingMs ?? assumed.answerMs), own]);
};

const added = (call: Call, more: Call, often: number): Call => ({
  cpuMs: call.cpuMs + more.cpuMs * often,
  logBytes: call.logBytes + more.logBytes * often,
  requests: call.requests + more.requests * often,
  readUnits: call.readUnits + more.readUnits * often,
  writeUnits: call.writeUnits + more.writeUnits * often,
});

const nothing: Call = { cpuMs: 0, logBytes: 0, requests: 0, readUnits: 0, writeUnits: 0 };

/** The watch function reads the newest run of each shard, all at once. */
const shardMore: Call = { ...nothing, readUnits: 1 };

/** Writes of compaction under way together. */
const compactsAtOnce = 32;

const usesOf = (workload: Workload, units: Units, hangingMs?: number): Use[] => {
  const { endpoints, regions } = workload;
  const shards = shardsOf(endpoints);
  const clients = Math.ceil(endpoints / assumed.endpointsPerClient);
  const outages = product(endpoints, regions, parseFraction(assumed.outages));
  return [
    use(minutes * regions, added(units.tick, units.tickShard, shards.length), otherMemory, 2), // shards start together
    ...shards.map((slots): Use => {
      const ms = probeMs(slots, workload, units, hangingMs);
      return { times: exactly(minutes * regions), ms, memoryMb: memory.probe, call: units.probe };
    }),
    use(minutes * regions * shards.length, units.detect),
    use(minutes / schedules.watchEveryMinutes, added(units.watch, shardMore, regions * shards.length - 1)),
    // By the share of a full shard: it is one invocation a day, and what it does grows with its endpoints.
    use(
      product(days, regions, fraction(endpoints, slotsPerShard)),
      units.compact,
      memory.compact,
      Math.ceil(units.compact.requests / compactsAtOnce),
    ),
    use(clients, units.settle, memory.settle),
    use(outages, units.outage),
    { ...use(product(outages, units.outage.messages), nothing), ms: fraction(0) }, // its invocations, to send each
  ];
};

const dataOf = (workload: Workload, units: Units): [PriceId, Fraction][] => {
  const { endpoints, regions } = workload;
  const shards = shardsOf(endpoints).length;
  const overhead = assumed.itemOverheadBytes;
  const runBytes = shardsOf(endpoints).reduce(
    (bytes, slots) => bytes + units.runItemBytes - slotsPerShard + slots + overhead,
    0,
  );
  const kept = product(regions, runDays, 1_440, runBytes);
  const dayItems = product(regions, endpoints, assumed.monthsKept, days, units.dayItemBytes + overhead);
  const stored = gigabytes(add(kept, dayItems));
  const clients = Math.ceil(endpoints / assumed.endpointsPerClient);
  const messages = product(endpoints, regions, parseFraction(assumed.outages), units.outage.messages);
  const told = add(messages, product(clients, 2)); // a statement goes to the client and to the provider
  return [
    ['schedulerInvocations', exactly(minutes * regions + minutes / schedules.watchEveryMinutes + days + 1)],
    ['dynamoStorage', stored],
    ['dynamoBackup', stored],
    ['alarms', exactly(alarms + alarmsOfProbing * (regions - 1))],
    ['snsPublishes', told],
    ['snsEmails', product(told, assumed.subscribers)],
    ['s3Puts', exactly(clients * 4)],
    ['s3Gets', product(regions, shards, days, assumed.processesADay)],
    ['s3Storage', gigabytes(product(clients, assumed.monthsKept, assumed.statementBytes))],
    ['stepTransitions', exactly(assumed.stepsOfSettlement + clients * assumed.stepsOfClient)],
    ['egress', gigabytes(product(probesOf(workload), units.vigie[workload.protocol].egressBytes))],
    ['regionTransfer', gigabytes(product(regions - 1, minutes, shards, units.runRequestBytes))],
  ];
};

/** All of a month. `hangingMs`: what it would be if in every run of every shard an endpoint hung for so long. */
export const vigieMonth = (workload: Workload, units: Units, hangingMs?: number): Quantity[] => {
  const uses = usesOf(workload, units, hangingMs);
  const total = (of: (one: Use) => Fraction): Fraction => sum(uses.map(of));
  const each = (field: 'readUnits' | 'writeUnits' | 'logBytes') =>
    total(({ times: often, call }) => product(often, call[field]));
  const invocations = total(({ times: often }) => often);
  const logs = add(each('logBytes'), product(invocations, assumed.platformLogBytes));
  const counted: [PriceId, Fraction][] = [
    ['lambdaGbSeconds', total(({ times: often, ms, memoryMb }) => gbSeconds(often, ms, memoryMb))],
    ['lambdaRequests', invocations],
    ['dynamoWriteUnits', each('writeUnits')],
    ['dynamoReadUnits', each('readUnits')],
    ['logsIngested', gigabytes(logs)],
  ];
  return [...counted, ...dataOf(workload, units)].map(([price, amount]) => ({ price, amount }));
};
