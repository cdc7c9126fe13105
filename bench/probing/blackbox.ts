/** Prometheus' blackbox_exporter as a peer: Debian's own package, on one core, answering `/probe` as it does for Prometheus. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { missingPackage } from './packages.ts';
import { pooled } from './pool.ts';

const binary = '/usr/bin/prometheus-blackbox-exporter';
const packageName = 'prometheus-blackbox-exporter';

/** Says why where it is missing, and the benchmark goes on without. */
export const missingBlackbox = (progress: (line: string) => void): string | undefined =>
  missingPackage(binary, packageName, progress);

export interface Blackbox {
  /** Whether it finds the target up within so many seconds. */
  readonly isUp: (url: string, seconds: number) => Promise<boolean>;
  readonly pid: number;
  /** µs of CPU a probe. */
  readonly contend: (url: string, probes: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

/** Its default module, trusting the farm's authority. */
const configOf = (ca: string): string =>
  JSON.stringify({
    modules: {
      http: { prober: 'http', timeout: '10s', http: { preferred_ip_protocol: 'ip4', tls_config: { ca_file: ca } } },
    },
  });

/** User and system time of a process so far, of `/proc`'s hundredths of a second. */
const cpuUs = (pid: number): number => {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(afterName[11]) + Number(afterName[12])) * 10_000;
};

const ready = async (exporter: ChildProcess, origin: string): Promise<number> => {
  for (let tries = 0; tries < 100 && exporter.exitCode === null; tries++) {
    const answer = await request(`${origin}/-/healthy`).catch(() => undefined);
    await answer?.body.dump();
    if (answer?.statusCode === 200 && exporter.pid) return exporter.pid;
    await pause(100);
  }
  throw new Error('the exporter does not answer');
};

export const openBlackbox = async (ca: string): Promise<Blackbox> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  const config = join(folder, 'blackbox.yml');
  writeFileSync(config, configOf(ca));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const exporter = spawn(
    binary,
    [`--config.file=${config}`, `--web.listen-address=${new URL(origin).host}`, '--log.level=error'],
    {
      env: { ...process.env, GOMAXPROCS: '1' },
      stdio: 'ignore',
    },
  );
  const agent = new Agent({ connections: 50 });
  const close = async (): Promise<void> => {
    await agent.destroy();
    const gone = exporter.exitCode === null ? once(exporter, 'exit') : undefined;
    exporter.kill();
    await gone;
    rmSync(folder, { recursive: true });
  };
  const pid = await ready(exporter, origin).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const probe = (url: string) => async (): Promise<boolean> => {
    const asked = `${origin}/probe?module=http&target=${encodeURIComponent(url)}`;
    const { body } = await request(asked, { dispatcher: agent });
    return (await body.text()).includes('\nprobe_success 1');
  };
  return {
    close,
    pid,
    isUp: async (url, seconds) => {
      const asked = `${origin}/probe?module=http&target=${encodeURIComponent(url)}`;
      const headers = { 'x-prometheus-scrape-timeout-seconds': String(seconds + 0.5) }; // of which it leaves half a second
      const { body } = await request(asked, { dispatcher: agent, headers });
      return (await body.text()).includes('\nprobe_success 1');
    },
    contend: async (url, probes) => {
      await pooled(300, probe(url));
      const before = cpuUs(pid);
      const up = await pooled(probes, probe(url));
      if (up !== probes) throw new Error(`blackbox: only ${up} of ${probes} probes were up`);
      return (cpuUs(pid) - before) / probes;
    },
  };
};
