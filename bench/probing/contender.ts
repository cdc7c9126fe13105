/**
 * One way to probe, in a process of its own: warms up, probes, reports the CPU that a probe took.
 *
 *     node contender.ts <vigie|undici|fetch|raw> <url> <probes>
 */
import { readFileSync } from 'node:fs';
import { connect as netConnect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { Agent, request, setGlobalDispatcher } from 'undici';
import { probingContext } from '../../shared/adapters/sockets/connect.ts';
import { openProber, sleep, timerDeadline } from '../../shared/adapters/sockets/prober.ts';
import type { HttpCheck } from '../../shared/probe/check.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { probeRoster } from '../../shared/probe/run-checks.ts';
import { epochMs } from '../../shared/time/span.ts';

const root = readFileSync(join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem'), 'utf8');
const timeoutMs = 10_000;

/** Probes so many times and says how many were up. */
type Contender = (url: string, probes: number) => Promise<number>;

/** The usual pool of fifty. */
const pooled = async (probes: number, once: () => Promise<boolean>): Promise<number> => {
  let [left, up] = [probes, 0];
  const worker = async (): Promise<void> => {
    while (left-- > 0) if (await once()) up++;
  };
  await Promise.all(Array.from({ length: 50 }, worker));
  return up;
};

const prober = openProber({ allowPrivate: true, ca: [root] });
/** All that the probe function does but its two AWS calls: roster, pace, deadlines, verdicts, packed run. */
const vigie: Contender = async (url, probes) => {
  const slots = Array.from(
    { length: probes },
    (_, i): HttpCheck => ({
      kind: 'http',
      id: `client/service/${i}`,
      url,
      method: 'GET',
      headers: {},
      expect: { status: [[200, 299]], headers: {} },
      redirects: 3,
      everyMs: 60_000,
      timeoutMs,
      confirm: 2,
    }),
  );
  const { verdicts } = await probeRoster({
    roster: { shard: 0, slots },
    scheduledAt: epochMs(0),
    probe: prober.probe,
    now: Date.now,
    sleep,
    deadline: timerDeadline,
  });
  encodeRun(verdicts);
  return verdicts.filter((verdict) => verdict?.state === 'up').length;
};

const agent = new Agent({ connect: { ca: root }, pipelining: 0 });
/** What one writes first with undici. */
const undici: Contender = (url, probes) =>
  pooled(probes, async () => {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return statusCode === 200;
  });

const fetched: Contender = (url, probes) =>
  pooled(probes, async () => {
    const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.status === 200;
  });

const context = probingContext([root]);
/** The floor: a socket, a request, the status line. It judges nothing else. */
const raw: Contender = (url, probes) => {
  const { hostname, port, protocol } = new URL(url);
  const to = { host: hostname, port: Number(port) };
  const ask = `GET / HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`;
  return pooled(
    probes,
    () =>
      new Promise((resolve, reject) => {
        let status = '';
        const socket: Socket = protocol === 'http:' ? netConnect(to) : tlsConnect({ ...to, secureContext: context });
        socket.once(protocol === 'http:' ? 'connect' : 'secureConnect', () => socket.write(ask));
        socket.on('data', (chunk) => {
          if (status === '') status = chunk.toString('latin1', 9, 12);
        });
        socket.once('error', reject);
        socket.once('close', () => resolve(status === '200'));
      }),
  );
};

const contenders: Readonly<Record<string, Contender>> = { vigie, undici, fetch: fetched, raw };

const [name = '', url = '', probes = ''] = process.argv.slice(2);
const contender = contenders[name];
if (!contender) throw new Error(`no contender is called ${name}`);
if (name === 'fetch') setGlobalDispatcher(agent);
await contender(url, 300);
const before = process.cpuUsage();
const up = await contender(url, Number(probes));
const { user, system } = process.cpuUsage(before);
if (up !== Number(probes)) throw new Error(`${name}: only ${up} of ${probes} probes were up`);
process.send?.({ cpuUs: (user + system) / up, rssMb: process.memoryUsage.rss() / 2 ** 20 });
process.disconnect?.();
prober.close();
await agent.destroy();
