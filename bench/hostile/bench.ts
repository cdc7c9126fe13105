/** P7: every kind of bad endpoint, and who judges it right. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { said } from '../probing/bench.ts';
import { type Blackbox, missingBlackbox, openBlackbox } from '../probing/blackbox.ts';
import { missingPackage } from '../probing/packages.ts';
import { atMost, type Benchmark, figure, type Result } from '../result.ts';
import { type Found, farmSchema, foundSchema } from './found.ts';
import { deadlineMs, type Target, targets, unbounded } from './targets.ts';

type Farm = z.infer<typeof farmSchema>;
const ca = join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem');
/** Whole seconds, which is what the others take. */
const seconds = deadlineMs / 1_000;
const checkHttp = '/usr/lib/nagios/plugins/check_http';

const byNode = async (who: 'vigie' | 'fetch', farm: Farm): Promise<Found[]> => {
  const child = fork(join(import.meta.dirname, 'prober.ts'), [who, JSON.stringify(farm)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
  });
  return said(child, z.array(foundSchema));
};

/** Names of the farm's own DNS, and where a redirect may lead, are asked of Vigie alone. */
const ofOthers = targets.filter(({ host }) => host === undefined);

/** Most of a process's memory in MB, while it runs: `/proc` keeps the peak. */
const peakMb = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0; // it has ended
  }
};

/** One process for each target: up where it ends with 0. Killed where it has ended neither by then. */
const byCommand = async (command: string, argsOf: (target: Target) => string[]): Promise<Found[]> => {
  const found: Found[] = [];
  for (const target of ofOthers) {
    const startedAt = performance.now();
    let most = 0;
    const child: ChildProcess = spawn(command, argsOf(target), { stdio: 'ignore' });
    const sampling = setInterval(() => {
      most = Math.max(most, peakMb(child.pid ?? 0));
    }, 5);
    const late = setTimeout(() => child.kill('SIGKILL'), 3 * deadlineMs);
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    clearTimeout(late);
    clearInterval(sampling);
    const ms = performance.now() - startedAt;
    found.push({
      name: target.name,
      up: code === 0,
      said: code === null ? 'killed' : `exit ${code}`,
      ms,
      grewMb: most,
    });
  }
  return found;
};

const byBlackbox = async ({ isUp, pid }: Blackbox, urlOf: (target: Target) => string): Promise<Found[]> => {
  const found: Found[] = [];
  for (const target of ofOthers) {
    const [startedAt, before] = [performance.now(), peakMb(pid)];
    const up = await isUp(urlOf(target), seconds);
    const ms = performance.now() - startedAt;
    found.push({ name: target.name, up, said: up ? 'up' : 'down', ms, grewMb: peakMb(pid) - before });
  }
  return found;
};

const isRight = ({ name, up, ms }: Found): boolean => {
  const wanted = targets.find((target) => target.name === name)?.up ?? false;
  return wanted === 'either' ? ms < 2 * deadlineMs : wanted === up;
};

const othersOf = async (farm: Farm, progress: (line: string) => void): Promise<Map<string, Found[]>> => {
  const urlOf = ({ at, scheme = 'http' }: Target): string => `${scheme}://localhost:${farm.ports[at]}/`;
  const found = new Map([['fetch().text()', await byNode('fetch', farm).then((all) => all.slice(0, ofOthers.length))]]);
  found.set(
    'curl -fsL',
    await byCommand('curl', (target) => [
      '-fsL',
      '-m',
      String(seconds),
      '--cacert',
      ca,
      '-o',
      '/dev/null',
      urlOf(target),
    ]),
  );
  const noBlackbox = missingBlackbox(progress);
  if (noBlackbox === undefined) {
    const blackbox = await openBlackbox(ca);
    found.set('blackbox_exporter', await byBlackbox(blackbox, urlOf));
    await blackbox.close();
  } else progress(`without blackbox_exporter: ${noBlackbox}`);
  const noCheckHttp = missingPackage(checkHttp, 'monitoring-plugins-basic', progress);
  if (noCheckHttp === undefined)
    found.set(
      'check_http',
      await byCommand(checkHttp, ({ at, scheme }) => [
        ...['-H', 'localhost', '-I', '127.0.0.1', '-p', String(farm.ports[at]), '-t', String(seconds), '-f', 'follow'],
        ...(scheme ? ['--ssl', '--sni'] : []),
      ]),
    );
  else progress(`without check_http: ${noCheckHttp}`);
  return found;
};

const wrongOf = (found: readonly Found[]): string =>
  found
    .filter((one) => !isRight(one))
    .map(({ name, up, said: words }) => `${name} ${up ? 'up' : 'down'} (${words})`)
    .join('; ');

export const hostile: Benchmark = {
  ids: ['P7'],
  title: `Bad endpoints of ${targets.length} kinds, a deadline of ${seconds} s, one after the other; each prober in a process of its own`,
  run: async (progress) => {
    const target = fork(join(import.meta.dirname, 'endpoints.ts'));
    try {
      const farm = await said(target, farmSchema);
      const ours = await byNode('vigie', farm);
      for (const { name, up, said: words, ms } of ours) progress(`${name}: ${up ? 'up' : words}, ${Math.round(ms)} ms`);
      if (wrongOf(ours)) progress(`Vigie is wrong about ${wrongOf(ours)}`);
      const big = ours.filter(({ name }) => targets.some((one) => one.name === name && unbounded.includes(one.at)));
      const others = await othersOf(farm, progress);
      const results: Result[] = [
        atMost('P7', `wrong verdicts of ${ours.length}`, ours.filter((one) => !isRight(one)).length, 'Vigie', 0),
        atMost(
          'P7',
          'the slowest verdict past its deadline',
          Math.max(...ours.map(({ ms }) => ms - deadlineMs)),
          'ms',
          250,
        ),
        atMost(
          'P7',
          'memory for a bomb, 2 GB and a body without end, each at most',
          Math.max(...big.map(({ grewMb }) => grewMb)),
          'MB',
          8,
        ),
      ];
      for (const [who, found] of others) {
        progress(`${who} is wrong about: ${wrongOf(found) || 'nothing'}`);
        results.push(
          figure('P7', `wrong verdicts of ${found.length}`, found.filter((one) => !isRight(one)).length, who),
        );
        results.push(
          figure(
            'P7',
            'memory for one endpoint, at most',
            Math.max(...found.map(({ grewMb }) => grewMb)),
            `MB, ${who}`,
          ),
        );
      }
      return results;
    } finally {
      target.disconnect();
    }
  },
};
