/** P8: what a cold start of a function that probes loads, and the CPU until its first probe is judged and stored. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { bundle } from '../../infra/bundle.ts';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { httpCheck } from '../../test/checks.ts';
import { openStandIn } from '../cost/stand-in.ts';
import { portsSchema, said } from '../probing/bench.ts';
import { atMost, type Benchmark, figure, median } from '../result.ts';

const rounds = 7;
const ca = join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem');
const version = '0123456789abcdef';
const cpuSchema = z.object({ cpuMs: z.number() });
type Outputs = ReturnType<typeof bundle>['outputs'];

/** The entry and whatever it imports, but not what it imports when it is asked for. */
const loaded = (outputs: Outputs, file: string, seen = new Set<string>()): Set<string> => {
  seen.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && path in outputs && !seen.has(path)) loaded(outputs, path, seen);
  return seen;
};
const kilobytes = ({ outputs }: ReturnType<typeof bundle>): number => {
  const [entry = ''] = Object.keys(outputs).filter((file) => file.endsWith('index.mjs'));
  return [...loaded(outputs, entry)].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0) / 1_000;
};

const now = Math.floor(Date.now() / 60_000) * 60_000;
const event = { place: 'home', version, scheduledAt: now, shard: 0 };
const events = {
  probe: event,
  recheck: { ...event, kind: 'retry', startedAt: now, part: 0, suspects: [{ slot: 0, at: now, first: 'none' }] },
};

export const start: Benchmark = {
  ids: ['P8'],
  title: 'A cold start: what is loaded, and the CPU until the first HTTPS probe is judged and stored',
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-cold-'));
    const names = ['probe', 'recheck'] as const;
    const size = new Map(names.map((name) => [name, kilobytes(bundle(name, join(folder, name)))]));
    const target = fork(join(import.meta.dirname, '../probing/target.ts'));
    const aws = await openStandIn();
    try {
      const { https } = await said(target, portsSchema);
      aws.document(
        `/documents/plans/${version}/shards/0.json`,
        canonicalJson({
          shard: 0,
          places: ['home'],
          slots: [httpCheck(`https://127.0.0.1:${https}/`, { retryMs: 5_000 })],
        }),
      );
      const cold = async (of: string, given: object): Promise<number> => {
        const child = fork(join(import.meta.dirname, 'cold.mjs'), [of && join(folder, of), JSON.stringify(given)], {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
          env: {
            ...process.env,
            ...{ NODE_EXTRA_CA_CERTS: ca, AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-3' },
            ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', POWERTOOLS_DEV: 'false' },
            ...{ RECORDS_TABLE: 'Records', SAMPLES_TABLE: 'Samples', DOCUMENTS_BUCKET: 'documents' },
            ...{ RECHECK_FUNCTION: 'recheck', PLACE: 'home', REFERENCES: '', ALLOW_PRIVATE: '1' },
          },
        });
        const gone = once(child, 'exit');
        const { cpuMs } = await said(child, cpuSchema);
        await gone;
        return cpuMs;
      };
      const times = { bare: [0], probe: [0], recheck: [0] };
      for (const of of ['bare', ...names] as const) times[of] = [];
      for (let round = 1; round <= rounds; round++) {
        times.bare.push(await cold('', {}));
        for (const name of names) times[name].push(await cold(name, events[name]));
        progress(
          `round ${round} of ${rounds}, ms of CPU: bare Node ${times.bare.at(-1)?.toFixed(0)}, probe ${times.probe.at(-1)?.toFixed(0)}, recheck ${times.recheck.at(-1)?.toFixed(0)}`,
        );
      }
      const ratio = (name: (typeof names)[number]): number =>
        median(times[name].map((ms, round) => ms / (times.bare[round] ?? Number.NaN)));
      return names.flatMap((name) => [
        atMost('P8', `${name}: code that a cold start loads`, size.get(name) ?? Number.NaN, 'KB', 300),
        atMost('P8', `${name}: CPU of a cold process to its first probe`, median(times[name]), 'ms', 80),
        figure('P8', `${name}: the same`, ratio(name), 'x bare Node'),
      ]);
    } finally {
      target.disconnect();
      await aws.close();
      rmSync(folder, { recursive: true });
    }
  },
};
