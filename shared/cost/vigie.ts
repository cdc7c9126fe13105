/** A month of Vigie as `infra/` deploys it, in the quantities that AWS bills. */
import { add, type Fraction, fraction, most, parseFraction, sum, times } from '../money/fraction.ts';
import { denseMs, followedUntil } from '../probe/recheck.ts';
import { slotsPerShard } from '../probe/roster.ts';
import { paceMs } from '../probe/run.ts';
import { alarms, assumed, days, memory, minutes, otherMemory, runDays, schedules } from './design.ts';
import type { PriceId, Quantity } from './prices.ts';
import type { Call, Units } from './units.ts';
import { billedCpu, exactly, gbSeconds, gigabytes, probesOf, product, type Workload } from './workload.ts';

/** Invocations of one function in a month, and what each takes. */
interface Use {
  readonly times: Fraction;
  readonly ms: Fraction;
  readonly memoryMb: number;
  readonly call: Call;
  /** What it does is done elsewhere, on somebody's own machine. */
  readonly noLambda?: true;
}

const waits = (calls: number): Fraction => fraction(calls * assumed.awsCallMs);

/** Of a function that computes a little and waits for AWS, one call after the other unless told otherwise. */
const use = (often: Fraction | number, call: Call, memoryMb = otherMemory, calls = call.requests): Use => ({
  times: typeof often === 'number' ? exactly(often) : often,
  ms: add(billedCpu(exactly(call.cpuMs), memoryMb), waits(calls)),
  memoryMb,
  call,
});

const minuteMs = 60_000;

const shardsOf = (endpoints: number): number[] =>
  Array.from({ length: Math.ceil(endpoints / slotsPerShard) }, (_, shard) =>
    Math.min(slotsPerShard, endpoints - shard * slotsPerShard),
  );

/**
 * How long the probe function runs for a round of a shard: its starts are paced, its processor may be slower than the pace,
 * and then the last endpoint answers and the run is written. What hangs is in the slow lane, and lengthens nothing.
 */
export const probeMs = (slots: number, workload: Workload, units: Units): Fraction => {
  const cpuOfOne = fraction(BigInt(Math.round(units.vigie[workload.protocol].cpuUs * 1_000)), 1_000_000n);
  const due = fraction(BigInt(slots) * 60_000n, BigInt(Math.max(minuteMs, workload.intervalMs)));
  const working = billedCpu(times(cpuOfOne, due), memory.probe);
  const own = add(billedCpu(exactly(units.probe.cpuMs), memory.probe), waits(units.probe.requests));
  return sum([most(fraction(slots * paceMs), working), fraction(assumed.answerMs), own]);
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

/** Rounds in each minute: one, or as many as an interval of less than a minute asks for. */
const roundsOf = ({ intervalMs }: Workload): number => Math.max(1, minuteMs / intervalMs);

/** The slow lane, from the tick on: until the next minute's has taken over, whatever it follows. */
const watchMs = followedUntil(0);
/** In that minute: a sample with its retry, and a dense try each eight seconds. */
const triesAMinute = 2 + Math.floor(minuteMs / denseMs);

/**
 * Minutes of the month in which some endpoint is down, as one place sees them. One invocation follows all of them, so
 * outages at the same time cost one.
 */
export const failingMinutes = (endpoints: number): number => {
  const share = (Number(assumed.outages) * assumed.outageMinutes) / minutes;
  return Math.round(minutes * (1 - (1 - share) ** endpoints));
};

/** Where nothing fails there are none. */
const outagesOf = (endpoints: number, failing: number): Fraction =>
  failing > 0 ? product(endpoints, parseFraction(assumed.outages)) : fraction(0);

/** The second attempt that an outage's first failure is given: after its five seconds, an endpoint that hangs for ten. */
const retryMs = 5_000 + 10_000;

/** Writes that it happened once, and what it saw. */
const slowCall: Call = { ...nothing, writeUnits: 2, requests: 2 };

const slowLane = ({ endpoints, regions }: Workload, failing: number): Use[] => [
  { times: exactly(failing * regions), ms: fraction(watchMs), memoryMb: memory.recheck, call: slowCall },
  {
    times: product(outagesOf(endpoints, failing), regions),
    ms: fraction(retryMs),
    memoryMb: memory.recheck,
    call: slowCall,
  },
];

const usesOf = (workload: Workload, units: Units, failing: number): Use[] => {
  const { endpoints, regions, agents, heartbeats } = workload;
  const shards = shardsOf(endpoints);
  const clients = Math.ceil(endpoints / assumed.endpointsPerClient);
  const places = regions + agents;
  const rounds = roundsOf(workload);
  const outages = outagesOf(endpoints, failing);
  // Shards start together; and it waits for its minute's last round.
  const tick = use(minutes * regions, added(units.tick, units.tickShard, shards.length * rounds), memory.tick, 2);
  return [
    { ...tick, ms: add(tick.ms, fraction(minuteMs - minuteMs / rounds)) },
    ...shards.map((slots): Use => {
      const ms = probeMs(slots, workload, units);
      return { times: exactly(minutes * regions * rounds), ms, memoryMb: memory.probe, call: units.probe };
    }),
    ...slowLane(workload, failing),
    // An agent writes its runs by itself, and they are looked at like all others.
    {
      ...use(minutes * agents * rounds * shards.length, { ...nothing, writeUnits: units.probe.writeUnits }),
      noLambda: true,
    },
    use(minutes * places * rounds * shards.length, units.detect),
    use(minutes / schedules.watchEveryMinutes, added(units.watch, shardMore, places * shards.length - 1)),
    // By the share of a full shard: it is one invocation a day, and what it does grows with its endpoints.
    use(
      product(days, fraction(places * endpoints + heartbeats, slotsPerShard)),
      units.compact,
      memory.compact,
      Math.ceil(units.compact.requests / compactsAtOnce),
    ),
    use(clients, units.settle, memory.settle),
    use(heartbeats * assumed.beatsADay * days, units.beat, memory.beat),
    // Read at home in each round, half a unit each.
    { ...use(minutes * rounds, { ...nothing, readUnits: heartbeats / 2 }), noLambda: true },
    use(outages, units.outage),
    { ...use(product(outages, units.outage.messages), nothing), ms: fraction(0) }, // its invocations, to send each
  ];
};

const dataOf = (workload: Workload, units: Units, failing: number): [PriceId, Fraction][] => {
  const { endpoints, regions, agents, heartbeats } = workload;
  const places = regions + agents;
  const rounds = roundsOf(workload);
  const shards = shardsOf(endpoints).length;
  const coldShards = fraction(endpoints, slotsPerShard); // an object grows with its endpoints
  const overhead = assumed.itemOverheadBytes;
  const runBytes = shardsOf(endpoints).reduce(
    (bytes, slots) => bytes + units.runItemBytes - slotsPerShard + slots + overhead,
    0,
  );
  const kept = product(places, rounds, runDays, 1_440, runBytes);
  const dayItems = product(places * endpoints + heartbeats, assumed.monthsKept, days, units.dayItemBytes + overhead);
  const stored = gigabytes(add(kept, dayItems));
  const clients = Math.ceil(endpoints / assumed.endpointsPerClient);
  const messages = product(outagesOf(endpoints, failing), units.outage.messages);
  const told = add(messages, product(clients, 2)); // a statement goes to the client and to the provider
  return [
    ['schedulerInvocations', exactly(minutes * regions + minutes / schedules.watchEveryMinutes + days + 1)],
    ['dynamoStorage', stored],
    ['dynamoBackup', stored],
    ['alarms', exactly(alarms)],
    ['snsPublishes', told],
    ['snsEmails', product(told, assumed.subscribers)],
    ['sqsRequests', exactly((minutes / schedules.watchEveryMinutes) * (1 + 2 * (regions - 1)))], // elsewhere by name
    ['s3Puts', exactly(clients * 4 + places * shards * days * units.coldDay.puts)],
    ['s3Gets', product(places, shards, days, assumed.processesADay + units.coldDay.gets)],
    [
      's3Storage',
      gigabytes(
        product(
          assumed.monthsKept,
          add(product(clients, assumed.statementBytes), product(places, rounds, coldShards, days, units.coldDay.bytes)),
        ),
      ),
    ],
    ['stepTransitions', exactly(assumed.stepsOfSettlement + clients * assumed.stepsOfClient)],
    [
      'egress', // an agent's probes leave by a network that is not AWS's
      gigabytes(
        product(
          add(probesOf(workload), product(regions, failing, triesAMinute)),
          units.vigie[workload.protocol].egressBytes,
        ),
      ),
    ],
    ['regionTransfer', gigabytes(product(regions - 1, minutes, rounds, shards, units.runRequestBytes))],
  ];
};

/** All of a month. `failing`: minutes in which something is down; as many as are assumed, unless told. */
export const vigieMonth = (
  workload: Workload,
  units: Units,
  failing = failingMinutes(workload.endpoints),
): Quantity[] => {
  const uses = usesOf(workload, units, failing);
  const invoked = uses.filter(({ noLambda }) => !noLambda);
  const each = (field: 'readUnits' | 'writeUnits' | 'logBytes') =>
    sum(uses.map(({ times: often, call }) => product(often, call[field])));
  const invocations = sum(invoked.map(({ times: often }) => often));
  const counted: [PriceId, Fraction][] = [
    ['lambdaGbSeconds', sum(invoked.map(({ times: often, ms, memoryMb }) => gbSeconds(often, ms, memoryMb)))],
    ['lambdaRequests', invocations],
    ['dynamoWriteUnits', each('writeUnits')],
    ['dynamoReadUnits', each('readUnits')],
    ['logsIngested', gigabytes(each('logBytes'))],
  ];
  return [...counted, ...dataOf(workload, units, failing)].map(([price, amount]) => ({ price, amount }));
};
