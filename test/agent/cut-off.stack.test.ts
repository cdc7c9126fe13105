/** The agent as a process, on a real disk, with a network to AWS that is cut and a plug that is pulled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { readState } from '../../agent/state-file.ts';
import { localAwsEnv } from '../../cli/demo/local-aws.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { looksOf, openRuns, runOf } from '../../shared/adapters/dynamodb/runs.ts';
import { openTable } from '../../shared/adapters/dynamodb/table.ts';
import type { Check } from '../../shared/probe/check.ts';
import { homeParameter } from '../../shared/probe/home.ts';
import { decodeLooks } from '../../shared/probe/looks.ts';
import { offsetsOf, type Roster } from '../../shared/probe/roster.ts';
import { decodeRun } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { newTable } from '../adapters/dynamodb/tables.ts';
import { clientConfig, type Engine, startMiniStack } from '../adapters/engines.ts';
import { aFolder, aSpool } from './folder.ts';
import { aCheck, looksAt, runAt } from './given.ts';
import { openSwitch, type Switch } from './switch.ts';

const place = 'agence-lyon';
const program = fileURLToPath(new URL('../../cli/agent.ts', import.meta.url));
const versions = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] as const;
const tenSeconds = 10_000;

let engine: Engine;
let net: Switch;
let dynamo: DynamoDBClient;
let s3: S3Client;
let ssm: SSMClient;
beforeAll(async () => {
  engine = await startMiniStack();
  net = await openSwitch(Number(new URL(engine.endpoint).port));
  dynamo = new DynamoDBClient(clientConfig(engine.endpoint));
  s3 = new S3Client({ ...clientConfig(engine.endpoint), forcePathStyle: true });
  ssm = new SSMClient(clientConfig(engine.endpoint));
});
afterAll(async () => {
  await net.cut().catch(() => {});
  for (const client of [dynamo, s3, ssm]) client.destroy();
  await engine.stop();
});

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

const until = async (what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> => {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(200)) if (await holds()) return;
  throw new Error(`not within ${withinMs} ms: ${what}`);
};

const lateItem = z.object({ sk: z.int() });
const marked = z.object({ sk: z.int(), replayed: z.boolean().optional() });

test('cut off, killed and given another plan meanwhile, it loses nothing, doubles nothing and wakes nobody late', async () => {
  const [samples, records] = [await newTable(dynamo, 'samples'), await newTable(dynamo, 'records')];
  const documents = `documents-${process.pid}`;
  await s3.send(new CreateBucketCommand({ Bucket: documents }));
  const home = JSON.stringify({ samples, records, documents });
  await ssm.send(new PutParameterCommand({ Name: homeParameter('Vigie'), Value: home, Type: 'String' }));
  const pointers = openPlanPointers(dynamo, records);

  const router = createServer((socket) => socket.on('error', () => {}).end());
  const port = await listening(router);
  const checkOf = (id: string): Check => ({
    ...aCheck(id, { everyMs: tenSeconds, retryMs: 1_000 }),
    host: '127.0.0.1',
    port,
  });
  const apply = async (seq: 1 | 2, ids: readonly string[]): Promise<void> => {
    const version = versions[seq - 1] ?? '';
    const roster: Roster = { shard: 3, places: [place], slots: ids.map(checkOf) };
    const Body = JSON.stringify({ rosters: [roster] });
    await s3.send(new PutObjectCommand({ Bucket: documents, Key: `places/${place}/${version}.json`, Body }));
    const rosters = [{ places: [place], offsetsMs: offsetsOf(roster) }];
    expect(await pointers.advance({ seq, version, rosters, appliedAt: epochMs(Date.now()) })).toBe(true);
  };

  const folder = await aFolder();
  const lives: ChildProcess[] = [];
  const said: string[] = [];
  const start = (): ChildProcess => {
    const child = spawn(
      process.execPath,
      [program, '--place', place, '--stack', 'Vigie', '--region', 'eu-west-3', '--spool', folder],
      {
        env: { ...localAwsEnv(`http://127.0.0.1:${net.port}`), VIGIE_ALLOW_LOOPBACK: '1' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    child.stdout?.on('data', (bytes) => said.push(String(bytes)));
    lives.push(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const waiting = () => readdir(join(folder, 'waiting')).then((names) => names.filter((name) => !name.startsWith('.')));
  const table = openTable(dynamo, samples);
  const runItems = () => table.query({ pk: `RUN#${place}#3` });
  const lookItems = () => table.query({ pk: `LOOK#${place}#3` });

  try {
    // All is well: what is seen is in the table within the round.
    await apply(1, ['acme/lan/router']);
    const first = start();
    await until('a first run', async () => (await runItems()).length > 0);
    expect(await waiting()).toEqual([]);

    // Cut off: it goes on, on disk. Then somebody pulls the plug.
    await net.cut();
    await until('two rounds on disk', async () => (await waiting()).length >= 2);
    const died = ended(first);
    first.kill('SIGKILL');
    await died;
    const left = await waiting();

    // What a life three hours ago would have left; a plan that came into force meanwhile; an outage nobody can hear of.
    const longAgo = Date.now() - 3 * 3_600_000;
    const old = [runAt(longAgo), looksAt(longAgo + 30_000)];
    const spool = await aSpool(folder, { mostBytes: 1e9 });
    for (const spooled of old) await spool.keep(spooled);
    await apply(2, ['acme/lan/printer', 'acme/lan/router']);
    const second = start(); // without a network, from its copies
    await until('rounds after the restart', async () => (await waiting()).length >= left.length + old.length + 1);
    router.close();
    await until(
      'the outage on disk',
      async () =>
        (await waiting()).some((name) => name.includes('looks') && !name.startsWith(String(longAgo).slice(0, 7))),
      60_000,
    );

    // And back.
    const before = await waiting();
    await net.join();
    await until('all of it sent', async () => (await waiting()).length === 0);
    await until(
      'the new plan followed',
      async () => (await runItems()).map(runOf).some((run) => run.planVersion === versions[1]),
      90_000,
    );

    const stopped = ended(second);
    const stopAt = Date.now();
    second.kill('SIGTERM');
    expect(await stopped).toBe(0);
    expect(Date.now() - stopAt).toBeLessThan(10_000);
    expect(await waiting()).toEqual([]);
    expect(await readState(folder)).toMatchObject({ place, plan: versions[1], online: true, lost: 0, setAside: 0 });

    // Nothing that was ever on disk is missing.
    const [runs, looks] = [await runItems(), await lookItems()];
    const keys = new Set([
      ...runs.map(runOf).map(({ scheduledAt }) => `${scheduledAt}-run-3.json`),
      ...looks.map(looksOf).map(({ writtenAt }) => `${writtenAt}-looks-3.json`),
    ]);
    expect([...left, ...before].filter((name) => !keys.has(name))).toEqual([]);

    // The whole time is there: no gap but that of the plug, and no instant twice.
    const rounds = runs.map(runOf).map(({ scheduledAt }) => scheduledAt);
    const fresh = rounds.filter((at) => at > longAgo + 3_600_000);
    const gaps = fresh.slice(1).map((at, n) => at - (fresh[n] ?? at));
    expect(gaps.filter((gap) => gap !== tenSeconds && gap !== 2 * tenSeconds)).toEqual([]);
    expect(gaps.filter((gap) => gap === 2 * tenSeconds).length).toBeLessThanOrEqual(2);
    const samplesAt = [
      ...runs
        .map(runOf)
        .flatMap((run) =>
          decodeRun(1, run.codes).map((outcome, slot) => ({ slot, at: run.startedAt + slot, outcome })),
        ),
      ...looks.map(looksOf).flatMap((item) => decodeLooks(2, item.packed, item.writtenAt)),
    ].filter(({ outcome }) => outcome.state !== 'not-due');
    expect(new Set(samplesAt.map(({ slot, at }) => `${slot} ${at}`)).size).toBe(samplesAt.length);
    expect(
      samplesAt.filter(({ at, outcome }) => at > longAgo + 3_600_000 && outcome.state === 'down').length,
    ).toBeGreaterThan(0);

    // Late is what is late, and nothing else; its day is named for compaction.
    const replayed = [...runs, ...looks].map((item) => marked.parse(item)).filter((item) => item.replayed);
    expect(replayed.map(({ sk }) => sk)).toEqual([longAgo, longAgo + 30_000]);
    const days = (await table.query({ pk: `LATE#${place}` })).map((item) => lateItem.parse(item).sk);
    expect(days).toContain(longAgo - (longAgo % 86_400_000));
    expect(await openRuns(dynamo, samples).newest(place, 3)).toBe(fresh.at(-1));
  } catch (error) {
    process.stdout.write(said.join(''));
    throw error;
  } finally {
    for (const child of lives) child.kill('SIGKILL');
    router.close();
  }
}, 240_000);
