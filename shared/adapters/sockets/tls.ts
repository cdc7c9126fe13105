import type { TlsCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, type Trace } from './connect.ts';
import { down, ProbeFailure, unknown } from './failure.ts';

/** Up when a handshake is made with a certificate of a trusted chain, for this name, that holds long enough. */
export const probeTls = async (check: TlsCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const startedAt = performance.now();
  const { host, port, name, validForMs } = check;
  const socket = await connectTo({ host, port, name, secure: true }, how, trace);
  const latencyMs = performance.now() - startedAt;
  try {
    mustHoldFor(trace, validForMs);
    return { state: 'up', latencyMs };
  } finally {
    socket.destroy();
  }
};

/**
 * Throws where the server's own certificate ends too soon. Those above it do not count: an old cross-signed authority
 * that is still sent along ends without harm.
 */
export const mustHoldFor = ({ certificate }: Trace, validForMs: number): void => {
  if (validForMs === 0) return; // the handshake refuses what has ended
  const ends = certificate?.validToDate;
  if (!ends) throw new ProbeFailure(unknown('the certificate was not seen'));
  if (ends.getTime() - Date.now() < validForMs)
    throw new ProbeFailure(down('expiring', `the certificate ends on ${ends.toISOString().slice(0, 10)}`));
};
