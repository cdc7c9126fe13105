/**
 * One way to probe, in a process of its own: warms up, probes, reports the CPU that a probe took.
 * Trusts what NODE_EXTRA_CA_CERTS names, so that all of them carry the public authorities too.
 *
 *     node contender.ts <vigie|one|rider|run|undici|fetch|lean|raw> <url> <probes>
 */
import { connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { Agent, Client, fetch, request } from 'undici';
import { probingContext } from '../../shared/adapters/sockets/connect.ts';
import { openProber, type Prober, sleep, timerDeadline, turn } from '../../shared/adapters/sockets/prober.ts';
import { encodeRun, stateOf } from '../../shared/probe/run.ts';
import { probeRoster } from '../../shared/probe/run-checks.ts';
import { epochMs } from '../../shared/time/span.ts';
import { ask } from '../../test/adapters/sockets/asking.ts';
import { httpCheck } from '../../test/checks.ts';
import { pooled } from './pool.ts';

const timeoutMs = 10_000;

/** Probes so many times and says how many were up. */
type Contender = (url: string, probes: number) => Promise<number>;

const prober = openProber({ allowPrivate: true });
/** Our probe in the same pool as the others. */
const vigie: Contender = (url, probes) => {
  const one = httpCheck(url);
  return pooled(probes, async () => (await ask(prober, one)).state === 'up');
};

/** One after the other, each on a connection of its own: what a rider is compared with. */
const one: Contender = (url, probes) => inTurn(prober, url, probes);

const sharing = openProber({ allowPrivate: true, shareConnections: true });
/** Checks of one origin in turn, as in a round: each rides on the connection that the one before hands on. */
const rider: Contender = (url, probes) => inTurn(sharing, url, probes);

const inTurn = async (by: Prober, url: string, probes: number): Promise<number> => {
  let up = 0;
  for (let i = 0; i < probes; i++) {
    const { state } = await ask(by, httpCheck(url, { id: `client/service/${i % 2}` }));
    if (state === 'up') up++;
  }
  return up;
};

/** All that the probe function does but its two AWS calls: roster, pace, deadlines, verdicts, packed run. */
const run: Contender = async (url, probes) => {
  let up = 0;
  // As many at once as the target, one process of Node too, can shake hands with before a deadline.
  for (let left = probes; left > 0; left -= 250) {
    const slots = Array.from({ length: Math.min(250, left) }, (_, i) => httpCheck(url, { id: `client/service/${i}` }));
    const { verdicts } = await probeRoster({
      roster: { shard: 0, places: ['home'], slots },
      scheduledAt: epochMs(0),
      probe: prober.probe,
      now: Date.now,
      sleep,
      turn,
      deadline: timerDeadline,
    });
    up += encodeRun(verdicts).filter((code) => stateOf(code) === 'up').length;
  }
  return up;
};

// Each request on a connection of its own, and with a whole handshake: left to itself undici resumes TLS sessions, which
// verifies no certificate and would never see a new one.
const agent = new Agent({ pipelining: 0, connect: { maxCachedSessions: 0 } });
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
    const response = await fetch(url, { dispatcher: agent, signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.status === 200;
  });

const context = probingContext();
const connect = (url: URL, connected: (socket: Socket) => void): Socket => {
  const to = { host: url.hostname, port: Number(url.port) };
  const secure = url.protocol === 'https:';
  const socket: Socket = secure ? tlsConnect({ ...to, secureContext: context }) : netConnect(to);
  return socket.once(secure ? 'secureConnect' : 'connect', () => connected(socket));
};

const over = new Error('over');
/** undici used as we use it, a client for each probe, judging nothing: what is left to save is what we are above it. */
const lean: Contender = (address, probes) => {
  const url = new URL(address);
  const once = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const client = new Client(url, {
        connect: (_, done) => {
          connect(url, (socket) => done(null, socket)).once('error', reject);
        },
        headersTimeout: 0,
        bodyTimeout: 0,
        allowH2: false,
      });
      let up = false;
      const end = (): void => void client.destroy(over, () => {});
      client.dispatch(
        { path: '/', method: 'GET' },
        {
          onRequestStart: () => {},
          onResponseStart: (_, status) => {
            up = status === 200;
          },
          onResponseData: () => {},
          onResponseEnd: () => {
            resolve(up);
            end();
          },
          onResponseError: (_, error) => {
            reject(error);
            end();
          },
        },
      );
    });
  return pooled(probes, once);
};

/** The floor: a socket, a request, the status line. It judges nothing else. */
const raw: Contender = (address, probes) => {
  const url = new URL(address);
  const ask = `GET / HTTP/1.1\r\nhost: ${url.hostname}\r\nconnection: close\r\n\r\n`;
  const once = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      let status = '';
      const socket = connect(url, () => socket.write(ask));
      socket.on('data', (chunk) => {
        if (status === '') status = chunk.toString('latin1', 9, 12);
      });
      socket.once('error', reject);
      socket.once('close', () => resolve(status === '200'));
    });
  return pooled(probes, once);
};

const contenders: Readonly<Record<string, Contender>> = { vigie, one, rider, run, undici, fetch: fetched, lean, raw };

const [name = '', url = '', probes = ''] = process.argv.slice(2);
const contender = contenders[name];
if (!contender) throw new Error(`no contender is called ${name}`);
await contender(url, 300);
const before = process.cpuUsage();
const up = await contender(url, Number(probes));
const { user, system } = process.cpuUsage(before);
if (up !== Number(probes)) throw new Error(`${name}: only ${up} of ${probes} probes were up`);
process.send?.({ cpuUs: (user + system) / up, rssMb: process.memoryUsage.rss() / 2 ** 20 });
process.disconnect?.();
prober.close();
sharing.close();
await agent.destroy();
