/** Echo requests, by the system's own `ping`: it alone may send them without our running as root. */
import { execFile } from 'node:child_process';
import type { IcmpCheck, Verdict } from '../../probe/check.ts';
import { addressesOf, type Connecting, enter, type Trace } from './connect.ts';
import { codeOf, down, ProbeFailure, unknown } from './failure.ts';

const mostOutput = 16 * 1024;

/** Up when the first address answers. A lost packet is no outage: `ping` sends one a second until the deadline. */
export const probeIcmp = async ({ host, timeoutMs }: IcmpCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const [address] = await addressesOf(host, how, trace);
  if (address === undefined) throw new ProbeFailure(down('dns', `${host} has no address`));
  if (trace.ended) throw new ProbeFailure(unknown('the probe was over')); // nothing would end the process
  enter('answer', trace);
  trace.address = address;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    // An address that was judged, so never an option; and no shell. With `-w`, `-c` counts answers.
    const args = ['-q', '-c', '1', '-w', String(Math.ceil(timeoutMs / 1_000)), address];
    const options = { env: { PATH: process.env.PATH, LC_ALL: 'C' }, maxBuffer: mostOutput };
    const child = execFile('ping', args, options, (error, stdout, stderr) => {
      resolve(
        error
          ? failureOf(error, stdout, stderr)
          : { state: 'up', latencyMs: roundTripMs(stdout) ?? performance.now() - startedAt },
      );
    });
    trace.cancel = () => child.kill('SIGKILL');
  });
};

/** `rtt min/avg/max/mdev = 0.03/0.03/0.03/0.00 ms` of iputils; BusyBox and BSD write `round-trip`. */
const roundTripMs = (stdout: string): number | undefined => {
  const [, ms] = /min\/avg\/max.* = ([\d.]+)\//.exec(stdout) ?? [];
  return ms === undefined ? undefined : Number(ms);
};

/** 1 is "no answer" (ping(8)); everything else, and whatever it complains of, is about this machine. */
const failureOf = (error: Error, stdout: string, stderr: string): Verdict => {
  if (codeOf(error) === 'ENOENT') return unknown('ping is not installed here');
  const [complaint = ''] = stderr.trim().split('\n');
  const noAnswer =
    'code' in error && Number(error.code) === 1 && complaint === '' && stdout.includes('100% packet loss');
  if (!noAnswer) return unknown(complaint.slice(0, 150) || `ping ended without a word: ${error.message.slice(0, 100)}`);
  return /\+\d+ errors/.test(stdout)
    ? down('unreachable', 'a router says that it cannot be reached')
    : down('response-timeout', 'no answer');
};
