/** One question and its answer in datagrams: nothing connects, so silence is all that a dead server says. */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { NtpCheck, UdpCheck, Verdict } from '../../probe/check.ts';
import { addressesOf, type Connecting, enter, type Trace } from './connect.ts';
import { down, ProbeFailure, unknown } from './failure.ts';

/** A lost datagram is no outage: asked again so long after the first, as resolvers do. */
const againAfterMs = 1_000;

export const probeUdp = ({ host, port, send, expect }: UdpCheck, how: Connecting, trace: Trace): Promise<Verdict> =>
  exchange({ host, port }, Buffer.from(send), how, trace, (answer) =>
    expect === undefined || answer.includes(expect) ? undefined : down('content', 'the expected text is missing'),
  );

/** A client's question, NTP version 4, with a random transmit time that the answer must repeat (RFC 5905 §8). */
export const probeNtp = ({ host, port }: NtpCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const question = Buffer.alloc(48);
  question[0] = (4 << 3) | 3;
  const nonce = randomBytes(8);
  nonce.copy(question, 40);
  return exchange({ host, port }, question, how, trace, (answer) => {
    const [first = 0, stratum = 0] = answer;
    if (answer.length < 48 || (first & 7) !== 4) return down('protocol', 'the answer is no NTP answer');
    if (!answer.subarray(24, 32).equals(nonce)) return down('protocol', 'the answer is to another question');
    if (stratum === 0)
      return down('status', `turned away: ${answer.toString('latin1', 12, 16).replace(/[^A-Z]/g, '')}`);
    if (first >> 6 === 3 || stratum > 15) return down('status', 'its clock is not set');
    return undefined;
  });
};

/** Sends to the first address, and once more, until `judge` is given an answer: none is up, or what is wrong with it. */
const exchange = async (
  { host, port }: { readonly host: string; readonly port: number },
  question: Buffer,
  how: Connecting,
  trace: Trace,
  judge: (answer: Buffer) => Verdict | undefined,
): Promise<Verdict> => {
  const startedAt = performance.now();
  const [address] = await addressesOf(host, how, trace);
  if (address === undefined) throw new ProbeFailure(down('dns', `${host} has no address`));
  if (trace.ended) throw new ProbeFailure(unknown('the probe was over')); // nothing would close the socket
  enter('answer', trace);
  trace.address = address;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let again: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      trace.cancel = () => reject(new ProbeFailure(down('response-timeout', 'no answer')));
      socket.on('error', reject).on('message', (answer) => {
        resolve(judge(answer) ?? { state: 'up', latencyMs: performance.now() - startedAt });
      });
      // Connected, so that the kernel drops what others send, and tells of a port where nobody listens.
      socket.connect(port, address, () => {
        const send = (): void => socket.send(question, (error) => error && reject(error));
        send();
        again = setTimeout(send, againAfterMs);
      });
    });
  } finally {
    clearTimeout(again);
    socket.close();
  }
};
