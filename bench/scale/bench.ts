import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { said } from '../probing/bench.ts';
import { atLeast, atMost, type Benchmark, figure, median, type Result } from '../result.ts';
import { missingNginx, openNginx } from './nginx.ts';
import { pinned } from './pinned.ts';
import { type Scenario, type Took, tookSchema } from './scenario.ts';

const endpoints = 1_000;
const timeoutMs = 10_000;
/** MB of the functions of the two lanes, as `infra/` deploys them. */
const memory = { fast: 1_769, slow: 160 };
const gbSeconds = (wallMs: number, mb: number): number => (wallMs / 1_000) * (mb / 1_024);

const certificate = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../test/adapters/sockets/certificates/${name}.pem`), 'utf8');

const portsSchema = z.object({ page: z.int(), secure: z.int(), silent: z.int(), dns: z.int() });

const child = (core: 0 | 1, file: string, ...args: string[]): ChildProcess =>
  spawn(...pinned(core, process.execPath, ['--max-semi-space-size=4', join(import.meta.dirname, file), ...args]), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

type Ports = Scenario['ports'];
const withEndpoints = async <T>(progress: (line: string) => void, work: (ports: Ports) => Promise<T>): Promise<T> => {
  const target = child(1, 'endpoints.ts');
  try {
    const { page, secure, silent, dns } = await said(target, portsSchema);
    const missing = missingNginx(progress);
    if (missing !== undefined) progress(`TLS by Node itself, which does not keep up: ${missing}`);
    const nginx = missing === undefined && (await openNginx(page, certificate('good') + certificate('intermediate')));
    try {
      return await work({ https: nginx ? nginx.port : secure, silent, dns });
    } finally {
      if (nginx) await nginx.close();
    }
  } finally {
    target.disconnect();
  }
};

type Asked = Pick<Scenario, 'lane' | 'hanging'> & Partial<Scenario>;
const run = async (ports: Ports, asked: Asked): Promise<Took[]> => {
  const scenario: Scenario = { endpoints, timeoutMs, warm: 2, rounds: 3, ports, ...asked };
  return said(child(0, 'prober.ts', JSON.stringify(scenario)), z.array(tookSchema));
};

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
const wallOf = (took: readonly Took[]): number => median(took.map(({ wallMs }) => wallMs));

/** P4: one invocation with a thousand endpoints. */
const thousand = async (ports: Ports, progress: (line: string) => void): Promise<Result[]> => {
  const took = await run(ports, { lane: 'fast', hanging: 0, rounds: 5 });
  for (const { wallMs, cpuMs, lateMs, failed, handed } of took)
    progress(
      `a thousand in ${Math.round(wallMs)} ms, ${Math.round(cpuMs)} ms of CPU, p99 late by ${p99(lateMs).toFixed(1)} ms, ${failed} false failures, ${handed} left to the slow lane`,
    );
  const what = `${endpoints} HTTPS endpoints in one invocation`;
  return [
    atMost('P4', `${what}, one core, DNS and a whole handshake each`, wallOf(took) / 1_000, 's', 1.5),
    atMost(
      'P4',
      `${what}: p99 of the measured first byte, less the true one`,
      median(took.map(({ lateMs }) => p99(lateMs))),
      'ms',
      10,
    ),
    atMost(
      'P4',
      `${what}: false failures in ${took.length} rounds`,
      took.reduce((sum, { failed }) => sum + failed, 0),
      'endpoints',
      0,
    ),
    figure('P4', `${what}: left to the slow lane, a round`, median(took.map(({ handed }) => handed)), 'endpoints'),
    figure('P4', `${what}: CPU`, median(took.map(({ cpuMs }) => cpuMs)) / endpoints, 'ms a probe'),
    figure('P4', `${what}: most memory of the process`, Math.max(...took.map(({ peakMb }) => peakMb)), 'MB'),
  ];
};

/** P5: so many of them hang for their whole timeout. */
const hangs = async (ports: Ports, progress: (line: string) => void): Promise<Result[]> => {
  const shares = [0, 0.01, 0.05, 0.2];
  const fast = new Map<number, number>();
  for (const share of shares) {
    const took = await run(ports, { lane: 'fast', hanging: share * endpoints });
    fast.set(share, gbSeconds(wallOf(took), memory.fast));
    progress(`${share * 100} % hang: the fast lane takes ${Math.round(wallOf(took))} ms`);
  }
  const first = await run(ports, { lane: 'first', hanging: 0.2 * endpoints, warm: 0, rounds: 1 });
  progress(`the first minute, in which nobody knows that they hang: ${Math.round(wallOf(first))} ms`);
  progress('a minute of the slow lane, and beside it the usual pool of fifty, with 20 % hanging: about a minute');
  const [slow, pool] = await Promise.all([
    run(ports, { lane: 'slow', hanging: 0.2 * endpoints, warm: 0, rounds: 1 }),
    run(ports, { lane: 'pool', hanging: 0.2 * endpoints, warm: 0, rounds: 1 }),
  ]);
  const healthy = fast.get(0) ?? Number.NaN;
  const hanging = fast.get(0.2) ?? Number.NaN;
  const follows = gbSeconds(wallOf(slow), memory.slow);
  const usual = gbSeconds(wallOf(pool), memory.fast);
  progress(
    `GB-s a minute: healthy ${healthy.toFixed(2)}; 20 % hang: fast ${hanging.toFixed(2)}, slow ${follows.toFixed(2)}, pool ${usual.toFixed(1)}`,
  );
  const worst = Math.max(...shares.map((share) => fast.get(share) ?? Number.NaN));
  const sampleOnly = gbSeconds(2 * timeoutMs + 5_000, memory.slow);
  return [
    atMost('P5', 'the fast lane, at worst of 0, 1, 5 and 20 % hanging', worst / healthy, 'x all healthy', 1.1),
    atMost(
      'P5',
      'both lanes, 20 % hanging and confirmed, tried every eight seconds',
      (hanging + follows) / healthy,
      'x all healthy',
      1.7,
    ),
    figure(
      'P5',
      'the same, had the slow lane only its sample and retry',
      (hanging + sampleOnly) / healthy,
      'x all healthy',
    ),
    figure(
      'P5',
      'the fast lane in the first minute of it',
      gbSeconds(wallOf(first), memory.fast) / healthy,
      'x all healthy',
    ),
    atLeast('P5', 'the usual pool of fifty, 20 % hanging', usual / healthy, 'x all healthy', 20),
    figure('P5', 'the slow lane, 200 endpoints for a minute', median(slow.map(({ cpuMs }) => cpuMs)), 'ms of CPU'),
    figure('P5', 'the slow lane: most memory of the process', Math.max(...slow.map(({ peakMb }) => peakMb)), 'MB'),
  ];
};

export const scale: Benchmark = {
  ids: ['P4', 'P5'],
  title: 'A thousand HTTPS endpoints that answer in 80 ms, behind nginx on the other core; some hang',
  run: (progress) =>
    withEndpoints(progress, async (ports) => [...(await thousand(ports, progress)), ...(await hangs(ports, progress))]),
};
