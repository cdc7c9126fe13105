import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { atMost, type Benchmark, median, type Result } from '../result.ts';

const rounds = 3;
const contenders = ['vigie', 'run', 'undici', 'fetch', 'raw'] as const;
type Name = (typeof contenders)[number];
const probes = { http: 1_500, https: 600 };

const portsSchema = z.object({ http: z.number(), https: z.number() });
const figureSchema = z.object({ cpuUs: z.number(), rssMb: z.number() });

const said = async <T>(child: ChildProcess, schema: z.ZodType<T>): Promise<T> => {
  const answer = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])]);
  return schema.parse(answer[0]);
};

const contend = async (name: Name, url: string, count: number): Promise<number> => {
  const child = fork(join(import.meta.dirname, 'contender.ts'), [name, url, String(count)], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem'),
    },
  });
  const gone = once(child, 'exit');
  const { cpuUs } = await said(child, figureSchema);
  await gone;
  return cpuUs;
};

type Times = Record<Name, number[]>;

/** Ratios within a round, then their median: what else the machine does weighs on both sides. */
const ratio = (times: Times, of: Name, to: Name): number =>
  median(times[of].map((time, round) => time / (times[to][round] ?? Number.NaN)));

const compare = async (scheme: 'http' | 'https', port: number, progress: (line: string) => void): Promise<Times> => {
  const times: Times = { vigie: [], run: [], undici: [], fetch: [], raw: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const name of contenders)
      times[name].push(await contend(name, `${scheme}://127.0.0.1:${port}/`, probes[scheme]));
    const now = contenders.map((name) => `${name} ${Math.round(times[name].at(-1) ?? 0)}`).join(', ');
    progress(`${scheme} round ${round} of ${rounds}, µs of CPU a probe: ${now}`);
  }
  return times;
};

const judge = (id: string, kind: string, times: Times, targets: { fetch: number; undici: number }): Result[] => [
  atMost(id, `CPU per ${kind} probe, no name to resolve`, ratio(times, 'vigie', 'fetch'), 'x fetch', targets.fetch),
  atMost(
    id,
    `CPU per ${kind} probe, no name to resolve`,
    ratio(times, 'vigie', 'undici'),
    'x bare undici loop',
    targets.undici,
  ),
  // A paced run wakes up for every event where a pool takes many at once; and all that the function does is in it.
  atMost(id, `CPU per ${kind} probe in a paced run, packed`, ratio(times, 'run', 'undici'), 'x bare undici loop', 1),
  atMost(
    id,
    `CPU per ${kind} probe against sockets that judge nothing`,
    ratio(times, 'vigie', 'raw'),
    'x raw sockets',
    2,
  ),
];

const probing = (id: string, scheme: 'http' | 'https', targets: { fetch: number; undici: number }): Benchmark => ({
  ids: [id],
  title: `Probing over ${scheme.toUpperCase()}, against a server in another process; only the prober’s CPU counts`,
  run: async (progress) => {
    const target = fork(join(import.meta.dirname, 'target.ts'));
    try {
      const ports = await said(target, portsSchema);
      return judge(id, scheme.toUpperCase(), await compare(scheme, ports[scheme], progress), targets);
    } finally {
      target.disconnect();
    }
  },
});

// The targets name blackbox_exporter: 0.40 of it is 0.47 of the usual undici code, 0.90 is 0.50 of that.
export const httpProbing = probing('P1', 'http', { fetch: 0.3, undici: 0.47 });
export const httpsProbing = probing('P2', 'https', { fetch: 0.45, undici: 0.5 });
