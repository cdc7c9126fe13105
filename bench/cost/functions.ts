/** What the functions take of Lambda and of the services around it: their own handlers, run against the stand-in. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { readFolder } from '../../cli/read-folder.ts';
import { bundle } from '../../infra/bundle.ts';
import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { bytesOf, type Item, itemOf } from '../../shared/adapters/dynamodb/item.ts';
import { itemOfRun } from '../../shared/adapters/dynamodb/runs.ts';
import { signatureOf } from '../../shared/adapters/signature.ts';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import type { Call, Units } from '../../shared/cost/units.ts';
import type { Verdict } from '../../shared/probe/check.ts';
import { isDue, type Roster, rostersOf, slotsPerShard } from '../../shared/probe/roster.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { monthOfRuns, rosterOf } from '../synthetic.ts';
import { beatKey, openStandIn, type StandIn, type Tally, wireOf } from './stand-in.ts';

const version = '0123456789abcdef';
const place = 'home';
const region = 'eu-west-3';
const bucket = 'documents';
const noon = epochMs(Date.UTC(2026, 9, 15, 12));
const minuteMs = 60_000;

const answerSchema = z.object({ cpuMs: z.number(), answers: z.array(z.unknown()) });
/** What every function is deployed with, together. */
const environment = {
  RECORDS_TABLE: 'Records',
  SAMPLES_TABLE: 'Samples',
  DOCUMENTS_BUCKET: bucket,
  PROBE_FUNCTION: 'probe',
  RECHECK_FUNCTION: 'recheck',
  PLACE: place,
  EVIDENCE_BUCKET: 'evidence',
  REFERENCES: '',
  ALLOW_PRIVATE: '1',
  OPS_TOPIC_ARN: 'arn:aws:sns:eu-west-3:000000000000:ops',
  CLIENT_TOPIC_ARN_PREFIX: 'arn:aws:sns:eu-west-3:000000000000:Vigie_',
  BEAT_KEY: '/vigie-heartbeats/Vigie/key',
};

interface Invoked {
  readonly call: Call;
  readonly tally: Tally;
  readonly answers: readonly unknown[];
}

/** Each figure is of one round of the events. */
const invoked = async (
  aws: StandIn,
  name: string,
  events: readonly unknown[],
  { warm, times } = { warm: 20, times: 100 },
): Promise<Invoked> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  bundle(name, folder);
  const child = fork(join(import.meta.dirname, 'invoked.ts'), [name, folder], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // CloudWatch takes both
    env: {
      ...process.env,
      ...environment,
      AWS_ENDPOINT_URL: aws.url,
      FAILURES: JSON.stringify([{ place, url: `${aws.url}/000000000000/failures` }]),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      POWERTOOLS_DEV: 'false',
    },
  });
  let logBytes = 0;
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => {
      logBytes += chunk.length;
    });
  const gone = once(child, 'close').finally(() => rmSync(folder, { recursive: true }));
  const told = async (): Promise<unknown> =>
    (
      await Promise.race([once(child, 'message'), gone.then(() => Promise.reject(new Error(`${name} ended early`)))])
    )[0];
  await told();
  child.send({ events, warm, times });
  await told();
  aws.taken();
  const { cpuMs, answers } = answerSchema.parse(await told());
  const tally = aws.taken();
  await gone;
  if (JSON.stringify(answers).includes('itemIdentifier')) throw new Error(`${name} failed, so its figures say nothing`);
  return {
    tally,
    answers,
    call: {
      cpuMs,
      logBytes: logBytes / (warm + times),
      requests: tally.requests / times,
      readUnits: tally.readUnits / times,
      writeUnits: tally.writeUnits / times,
    },
  };
};

const minus = (a: Call, b: Call, by = 1): Call => ({
  cpuMs: Math.max(0, a.cpuMs - b.cpuMs) / by,
  logBytes: Math.max(0, a.logBytes - b.logBytes) / by,
  requests: (a.requests - b.requests) / by,
  readUnits: (a.readUnits - b.readUnits) / by,
  writeUnits: (a.writeUnits - b.writeUnits) / by,
});

const pointer = (sk: string, shards: number, appliedAt = Date.UTC(2026, 8, 1)): Item => {
  const rosters = Array.from({ length: shards }, () => ({ places: [place], offsetsMs: [0] }));
  return itemOf({ pk: 'PLAN', sk, seq: 1, version, rosters, appliedAt });
};

const runItem = (codes: Uint8Array, scheduledAt: EpochMs, startedAt = epochMs(scheduledAt + 1_234)): Item =>
  itemOf(itemOfRun({ place, shard: 0, scheduledAt, startedAt, planVersion: version, codes }, scheduledAt));

const streamOf = (items: readonly Item[]) => ({
  Records: items.map((item, at) => ({ dynamodb: { SequenceNumber: String(at), NewImage: wireOf(item) } })),
});

const allUp = (slots: number): Uint8Array => encodeRun(new Array<Verdict>(slots).fill({ state: 'up', latencyMs: 120 }));

const withRoster = (aws: StandIn, roster: Roster): void =>
  aws.document(`/${bucket}/plans/${version}/shards/0.json`, canonicalJson(roster));

/** A run of a full shard in which no probe is due: everything that the function does but probing. */
const idle = (): Roster => {
  const slots = rosterOf(3 * slotsPerShard)
    .slots.map((check) => ({ ...check, everyMs: 5 * minuteMs }))
    .filter((check) => !isDue(check, noon));
  return { shard: 0, places: ['home'], slots: slots.slice(0, slotsPerShard) };
};

const examplePlan = async (): Promise<Plan> => {
  const decoded = decodeFolder(await readFolder(join(import.meta.dirname, '../../examples/atelier-ops')));
  if (!decoded.ok) throw new Error('the example folder is invalid');
  return decoded.value;
};

/** Minutes of an outage, as detection sees it. */
const outageMinutes = 30;

/** An endpoint of the examples fails and recovers; what the same minutes cost when all is well is not the outage's. */
const outage = async (): Promise<Call & { readonly messages: number }> => {
  const plan = await examplePlan();
  const [roster] = rostersOf(plan);
  if (!roster) throw new Error('the examples have no endpoint');
  const runs = (failing: boolean): Item[] =>
    Array.from({ length: outageMinutes + 3 }, (_, minute) => {
      const down = failing && minute > 0 && minute <= outageMinutes;
      const verdicts = roster.slots.map(
        (_, slot): Verdict =>
          slot === 0 && down ? { state: 'down', cause: 'refused', detail: '' } : { state: 'up', latencyMs: 120 },
      );
      return runItem(encodeRun(verdicts), epochMs(noon + minute * minuteMs));
    });
  const detected = async (failing: boolean): Promise<{ call: Call; outbox: Item[] }> => {
    const aws = await openStandIn();
    withRoster(aws, roster);
    aws.document(`/${bucket}/plans/${version}/plan.json`, canonicalJson(plan));
    const events = runs(failing).map((item) => streamOf([item]));
    const { call } = await invoked(aws, 'detect', events, { warm: 0, times: 1 });
    await aws.close();
    return { call, outbox: aws.items().filter(({ pk }) => pk?.S?.startsWith('OUT#')) };
  };
  const [well, bad] = [await detected(false), await detected(true)];
  const aws = await openStandIn();
  for (const item of bad.outbox) aws.put(item);
  const events = bad.outbox.map((item) => streamOf([item]));
  const sent = await invoked(aws, 'notify', events, { warm: 0, times: 1 });
  await aws.close();
  if (sent.tally.publishes !== bad.outbox.length || bad.outbox.length === 0)
    throw new Error(`${bad.outbox.length} messages of an outage, ${sent.tally.publishes} published`);
  const { cpuMs, logBytes, requests, readUnits, writeUnits } = minus(bad.call, well.call);
  return {
    messages: bad.outbox.length,
    cpuMs: cpuMs + sent.call.cpuMs,
    logBytes: logBytes + sent.call.logBytes,
    requests: requests + sent.call.requests,
    readUnits: readUnits + sent.call.readUnits,
    writeUnits: writeUnits + sent.call.writeUnits,
  };
};

/** A client of the examples whose endpoints were up all month. */
const settlement = async (): Promise<Call> => {
  const plan = await examplePlan();
  const [client] = plan.clients;
  const [roster] = rostersOf(plan);
  if (!client || !roster) throw new Error('the examples have no client');
  const aws = await openStandIn();
  withRoster(aws, roster);
  aws.document(`/${bucket}/plans/${version}/plan.json`, canonicalJson(plan));
  aws.put(pointer('V#00000001', 1));
  aws.put(pointer('CURRENT', 1));
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const days = openDays(new DynamoDBClient({ endpoint: aws.url, region, credentials }), 'Samples');
  for (let day = Date.UTC(2026, 8, 29); day < Date.UTC(2026, 10, 3); day += dayMs) {
    for (const { id, everyMs } of roster.slots.filter((check) => check.id.startsWith(`${client.id}/`))) {
      const lastAt = epochMs(day + dayMs - everyMs);
      const segments = [{ firstAt: epochMs(day), lastAt, state: 'up' as const, count: dayMs / everyMs }];
      await days.put({ endpoint: id, place, day: epochMs(day), everyMs, segments });
    }
    await days.close(place, epochMs(day));
  }
  const event = { client: client.id, period: '2026-10', version, versions: [version], run: 'bench' };
  const { call, answers } = await invoked(aws, 'settle', [event], { warm: 0, times: 1 });
  await aws.close();
  if (!JSON.stringify(answers).includes('issued')) throw new Error(`nothing was settled: ${JSON.stringify(answers)}`);
  return call;
};

/** Yesterday's runs of a full shard, with the incidents of the benchmark's synthetic months. */
const compaction = async (): Promise<Pick<Units, 'compact' | 'dayItemBytes' | 'coldDay'>> => {
  const roster = rosterOf(slotsPerShard);
  const aws = await openStandIn();
  withRoster(aws, roster);
  aws.document(`/${bucket}/plans/${version}/plan.json`, canonicalJson(await examplePlan())); // of which it reads how long to keep
  aws.put(pointer('V#00000001', 1));
  const day = Date.UTC(2026, 9, 2);
  for (const runs of monthOfRuns(roster, 7))
    for (const { startedAt, codes } of runs)
      aws.put(runItem(codes, epochMs(Math.floor(startedAt / minuteMs) * minuteMs), startedAt));
  const date = new Date(day).toISOString().slice(0, 10);
  const { call, tally } = await invoked(aws, 'compact', [{ day: date }], { warm: 0, times: 1 });
  await aws.close();
  const packed = aws.items().filter(({ pk }) => pk?.S?.startsWith('DAY#'));
  if (packed.length !== slotsPerShard) throw new Error(`${packed.length} day items of ${slotsPerShard}`);
  const [bytes] = aws.sizes('/evidence/');
  if (bytes === undefined) throw new Error('no cold day was kept');
  return {
    compact: call,
    dayItemBytes: packed.reduce((sum, item) => sum + bytesOf(item), 0) / packed.length,
    coldDay: { bytes, puts: tally.objectsPut, gets: tally.objectsGot },
  };
};

/** A job's call, signed as its address is. */
const beaten = async (): Promise<Call> => {
  const aws = await openStandIn();
  const endpoint = 'atelier-dubois/backups/nightly';
  const rawPath = `/${endpoint}/${signatureOf(beatKey, endpoint)}`;
  const { call, answers } = await invoked(aws, 'beat', [{ rawPath, requestContext: { http: { method: 'POST' } } }]);
  await aws.close();
  if (!JSON.stringify(answers).includes('200')) throw new Error(`no beat was taken: ${JSON.stringify(answers)}`);
  return call;
};

export const measureFunctions = async (progress: (line: string) => void) => {
  const aws = await openStandIn();
  aws.put(pointer('CURRENT', 1));
  const tickEvent = { scheduledAt: new Date(noon).toISOString() };
  const one = (await invoked(aws, 'tick', [tickEvent])).call;
  aws.put(pointer('CURRENT', 11));
  const eleven = (await invoked(aws, 'tick', [tickEvent])).call;
  const tickShard = minus(eleven, one, 10);
  progress(`tick: ${one.cpuMs.toFixed(2)} ms of CPU, ${tickShard.cpuMs.toFixed(2)} of them for its shard`);

  withRoster(aws, idle());
  const probed = await invoked(aws, 'probe', [{ scheduledAt: noon, shard: 0, version, place }]);
  progress(`probe, its probes apart: ${probed.call.cpuMs.toFixed(2)} ms, ${probed.call.writeUnits} write units a run`);

  withRoster(aws, rosterOf(slotsPerShard));
  aws.document(`/${bucket}/plans/${version}/plan.json`, canonicalJson(await examplePlan())); // it is looked at once
  const full = runItem(allUp(slotsPerShard), noon);
  const detect = (await invoked(aws, 'detect', [streamOf([full])])).call;
  aws.put(pointer('V#00000001', 1, Date.now())); // nothing is late, so nothing is found
  const watch = (await invoked(aws, 'watch', [{}])).call;
  await aws.close();
  progress(`detect: ${detect.cpuMs.toFixed(2)} ms, watch: ${watch.cpuMs.toFixed(2)} ms`);

  const beat = await beaten();
  progress(`a beat: ${beat.cpuMs.toFixed(2)} ms, ${beat.writeUnits} write units`);

  const { compact, dayItemBytes, coldDay } = await compaction();
  progress(
    `compact: ${compact.cpuMs.toFixed(0)} ms, ${compact.requests} requests, ${dayItemBytes.toFixed(1)} B an item`,
  );
  const settle = await settlement();
  progress(
    `settle: ${settle.cpuMs.toFixed(0)} ms, ${settle.requests} requests, ${settle.writeUnits} write units a client`,
  );
  const told = await outage();
  progress(`an outage: ${told.messages} messages, ${told.writeUnits} write units, ${told.requests} requests`);
  return {
    tick: minus(one, tickShard),
    tickShard,
    probe: probed.call,
    detect,
    watch,
    compact,
    settle,
    outage: told,
    runItemBytes: bytesOf(full),
    runRequestBytes: probed.tally.putBytes,
    dayItemBytes,
    coldDay,
    beat,
  };
};
