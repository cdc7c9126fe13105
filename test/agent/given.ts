/** What an agent keeps, small and whole. */
import type { AgentLog } from '../../agent/log.ts';
import type { Spooled } from '../../agent/spooled.ts';
import type { TcpCheck } from '../../shared/probe/check.ts';
import { encodeLooks } from '../../shared/probe/looks.ts';
import { encodeRun } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { tcpCheck } from '../checks.ts';

export const noon = Date.UTC(2026, 10, 23, 12);
export const minute = 60_000;
const base = { place: 'agence-lyon', shard: 3, planVersion: '0123456789abcdef' };

export const runAt = (at: number, over: Partial<typeof base> = {}): Spooled => ({
  kind: 'run',
  run: {
    ...{ ...base, ...over },
    ...{ scheduledAt: epochMs(at), startedAt: epochMs(at + 1_234) },
    codes: encodeRun([{ state: 'up', latencyMs: 12 }, { state: 'down', cause: 'refused' }, undefined]),
  },
});

export const looksAt = (at: number, agoMs = 40_000): Spooled => ({
  kind: 'looks',
  looks: {
    ...{ ...base, writtenAt: epochMs(at) },
    packed: encodeLooks(
      [{ slot: 1, at: epochMs(at - agoMs), outcome: { state: 'down', cause: 'refused' } }],
      epochMs(at),
    ),
    details: { 1: 'connection refused (10.1.2.3)' },
  },
});

export const aCheck = (id: string, over: Partial<TcpCheck> = {}): TcpCheck =>
  tcpCheck(id, { host: '10.1.2.3', timeoutMs: 1_000, retryMs: 5_000, places: ['agence-lyon'], ...over });

export interface Said {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A log that can be read. */
export const listening = (): AgentLog & { readonly said: Said[] } => {
  const said: Said[] = [];
  const keep = (message: string, details = {}) => void said.push({ message, details });
  return { info: keep, error: keep, said };
};
