/** All units of the cost model, measured in one run on one machine. */
import { fork } from 'node:child_process';
import { arch, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { bytesOf, itemOf } from '../../shared/adapters/dynamodb/item.ts';
import { type Units, unitsSchema } from '../../shared/cost/units.ts';
import { contend, portsSchema, said } from '../probing/bench.ts';
import { median } from '../result.ts';
import { measureFunctions } from './functions.ts';
import { type Egress, measureEgress } from './wire.ts';

type Progress = (line: string) => void;

const rounds = 5;
const probes = { http: 1_500, https: 600 };

/** Ours in a paced run, packed, as the probe function does it; `fetch` as the plain designs do it. */
const measureCpu = async (progress: Progress): Promise<Egress> => {
  const target = fork(join(import.meta.dirname, '../probing/target.ts'));
  try {
    const ports = await said(target, portsSchema);
    const times = { run: { http: [0], https: [0] }, fetch: { http: [0], https: [0] } };
    for (const protocol of ['http', 'https'] as const)
      for (const name of ['run', 'fetch'] as const) times[name][protocol] = [];
    for (let round = 1; round <= rounds; round++)
      for (const protocol of ['http', 'https'] as const)
        for (const name of ['run', 'fetch'] as const) {
          const cpuUs = await contend(name, `${protocol}://127.0.0.1:${ports[protocol]}/`, probes[protocol]);
          times[name][protocol].push(cpuUs);
          progress(`round ${round} of ${rounds}, ${protocol}, ${name}: ${Math.round(cpuUs)} µs of CPU a probe`);
        }
    const of = ({ http, https }: { http: number[]; https: number[] }) => ({ http: median(http), https: median(https) });
    return { vigie: of(times.run), plain: of(times.fetch) };
  } finally {
    target.disconnect();
  }
};

/** What one writes first for a sample: an item and a line of log that a person can read. */
const plainSample = {
  pk: 'ENDPOINT#cabinet-vidal/portal/www',
  sk: '2026-10-15T12:00:01.234Z',
  status: 'up',
  statusCode: 200,
  latencyMs: 123,
  url: 'https://www.cabinet-vidal.example/',
  region: 'eu-west-3',
  expires: 1_795_000_000,
};

const rounded = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toFixed(3)) : one)));

export interface Measured {
  readonly units: Units;
  /** False where the bytes on the wire are those of an earlier run on another machine. */
  readonly egressMeasured: boolean;
}

/** `before`: what to take for the bytes on the wire where this machine does not let one count them. */
export const measureUnits = async (today: string, before: Units | undefined, progress: Progress): Promise<Measured> => {
  const functions = await measureFunctions(progress);
  const egress = await measureEgress();
  const known = before && {
    vigie: { http: before.vigie.http.egressBytes, https: before.vigie.https.egressBytes },
    plain: { http: before.plain.http.egressBytes, https: before.plain.https.egressBytes },
  };
  const bytes = egress ?? known;
  if (!bytes) throw new Error('bytes on the wire can be counted on Linux as root alone, and no earlier run did');
  progress(`bytes a probe sends, ${egress ? 'counted now' : 'of the earlier run'}: ${JSON.stringify(bytes)}`);
  const cpu = await measureCpu(progress);
  const both = (side: 'vigie' | 'plain') => ({
    http: { cpuUs: cpu[side].http, egressBytes: bytes[side].http },
    https: { cpuUs: cpu[side].https, egressBytes: bytes[side].https },
  });
  const units = unitsSchema.parse(
    rounded({
      measuredOn: today,
      machine: `${arch()}, ${cpus()[0]?.model.trim()}, ${cpus().length} processors shared with others (load ${loadavg()[0]?.toFixed(1)}), Node ${process.version}`,
      egressBy: egress
        ? "the kernel's counters of a virtual wire between two network namespaces, MTU 1500, as IP packets; DNS apart"
        : (before?.egressBy ?? ''),
      vigie: both('vigie'),
      plain: both('plain'),
      ...functions,
      plainItemBytes: bytesOf(itemOf(plainSample)),
      plainLogBytes: Buffer.byteLength(JSON.stringify({ level: 'INFO', message: 'probed', ...plainSample })),
    }),
  );
  return { units, egressMeasured: egress !== undefined };
};
