import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { atMost, type Benchmark, figure, median, type Result } from '../result.ts';
import { type Blackbox, missingBlackbox, openBlackbox } from './blackbox.ts';

const rounds = 3;
const ours = ['vigie', 'run', 'undici', 'fetch', 'lean', 'raw'] as const;
type Name = (typeof ours)[number] | 'one' | 'rider' | 'blackbox';
const probes = { http: 1_500, https: 600 };
const ca = join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem');

export const portsSchema = z.object({ http: z.number(), https: z.number() });
const figureSchema = z.object({ cpuUs: z.number(), rssMb: z.number() });

export const said = async <T>(child: ChildProcess, schema: z.ZodType<T>): Promise<T> => {
  const answer = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])]);
  if (answer[0] === undefined) throw new Error('a process of the benchmark ended without an answer');
  return schema.parse(answer[0]);
};

export const contend = async (name: Name, url: string, count: number): Promise<number> => {
  const child = fork(join(import.meta.dirname, 'contender.ts'), [name, url, String(count)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
  });
  const gone = once(child, 'exit');
  const { cpuUs } = await said(child, figureSchema);
  await gone;
  return cpuUs;
};

type Times = Partial<Record<Name, number[]>>;

/** Ratios within a round, then their median: what else the machine does weighs on both sides. */
const ratio = (times: Times, of: Name, to: Name): number =>
  median((times[of] ?? []).map((time, round) => time / (times[to]?.[round] ?? Number.NaN)));

const compare = async (
  scheme: 'http' | 'https',
  port: number,
  blackbox: Blackbox | undefined,
  progress: (line: string) => void,
): Promise<Times> => {
  const times: Times = {};
  const contenders: readonly Name[] = blackbox ? ['blackbox', ...ours] : ours;
  for (let round = 1; round <= rounds; round++) {
    for (const name of contenders) {
      const [url, count] = [`${scheme}://127.0.0.1:${port}/`, probes[scheme]];
      const cpuUs = name === 'blackbox' ? await blackbox?.contend(url, count) : await contend(name, url, count);
      times[name] = [...(times[name] ?? []), cpuUs ?? Number.NaN];
    }
    const now = contenders.map((name) => `${name} ${Math.round(times[name]?.at(-1) ?? 0)}`).join(', ');
    progress(`${scheme} round ${round} of ${rounds}, µs of CPU a probe: ${now}`);
  }
  return times;
};

/** The targets of `docs/performance.md`; what else is printed is there to compare with. */
const judge = (id: string, kind: string, times: Times, targets: { blackbox: number; fetch: number }): Result[] => {
  const what = `CPU per ${kind} probe, no name to resolve`;
  return [
    ...(times.blackbox
      ? [atMost(id, what, ratio(times, 'vigie', 'blackbox'), 'x blackbox_exporter', targets.blackbox)]
      : []),
    atMost(id, what, ratio(times, 'vigie', 'fetch'), 'x fetch', targets.fetch),
    figure(id, what, ratio(times, 'vigie', 'undici'), 'x bare undici loop'),
    figure(id, what, ratio(times, 'vigie', 'lean'), 'x undici that judges nothing'),
    figure(id, what, ratio(times, 'vigie', 'raw'), 'x sockets that judge nothing'),
    // A paced run wakes up for every event where a pool takes many at once; and all that the function does is in it.
    figure(id, `CPU per ${kind} probe in a paced run, packed`, ratio(times, 'run', 'undici'), 'x bare undici loop'),
    figure(id, what, median(times.vigie ?? []), 'µs'),
  ];
};

const probing = (id: string, scheme: 'http' | 'https', targets: { blackbox: number; fetch: number }): Benchmark => ({
  ids: [id],
  title: `Probing over ${scheme.toUpperCase()}, against a server in another process; only the prober’s CPU counts`,
  run: async (progress) => {
    const missing = missingBlackbox(progress);
    if (missing !== undefined) progress(`without blackbox_exporter: ${missing}`);
    const target = fork(join(import.meta.dirname, 'target.ts'));
    const blackbox = missing === undefined ? await openBlackbox(ca) : undefined;
    try {
      const ports = await said(target, portsSchema);
      return judge(id, scheme.toUpperCase(), await compare(scheme, ports[scheme], blackbox, progress), targets);
    } finally {
      await blackbox?.close();
      target.disconnect();
    }
  },
});

/** What a second check on a host takes, that goes on with the first one's connection, beside one with a handshake. */
export const secondCheck: Benchmark = {
  ids: ['P3'],
  title: 'A second check on the same host, over HTTPS, that rides on the first one’s connection',
  run: async (progress) => {
    const target = fork(join(import.meta.dirname, 'target.ts'));
    try {
      const { https } = await said(target, portsSchema);
      const times: Times = {};
      for (let round = 1; round <= rounds; round++) {
        for (const name of ['one', 'rider'] as const)
          times[name] = [...(times[name] ?? []), await contend(name, `https://127.0.0.1:${https}/`, probes.https)];
        progress(`round ${round} of ${rounds}`);
      }
      return [
        atMost('P3', 'CPU of a second check on the same host', ratio(times, 'rider', 'one'), 'x a full probe', 0.15),
        figure('P3', 'CPU of a second check on the same host', median(times.rider ?? []), 'µs'),
        figure('P3', 'CPU of a full probe, one after the other', median(times.one ?? []), 'µs'),
      ];
    } finally {
      target.disconnect();
    }
  },
};

export const httpProbing = probing('P1', 'http', { blackbox: 0.4, fetch: 0.3 });
export const httpsProbing = probing('P2', 'https', { blackbox: 0.9, fetch: 0.45 });
