/**
 * Looks, packed: single samples, each with its own slot and instant, for what was looked at outside the rounds of a run.
 * Six bytes each, big-endian:
 *
 *   2 bytes   slot in the roster
 *   3 bytes   ms from the sample to the instant at which the looks were written: up to 4 h 39 min
 *   1 byte    as in `run.ts`
 *
 * The item that holds them says `v: 2`.
 */
import { type EpochMs, epochMs } from '../time/span.ts';
import type { Sample, Verdict } from './check.ts';
import { codeOf, type Outcome, outcomeOf, type SampledOutcome } from './run.ts';

export const looksVersion = 2;

const bytesOfLook = 6;
const mostAgoMs = 2 ** 24 - 1;

export interface Look {
  readonly slot: number;
  readonly at: EpochMs;
  readonly outcome: SampledOutcome;
}

/** Nobody writes a look of what was not due. */
export const outcomeOfLook = (code: number): SampledOutcome => {
  const outcome = outcomeOf(code);
  return outcome.state === 'not-due' ? { state: 'unknown' } : outcome;
};

/** Errors: throws on a look of after `writtenAt`, or of longer before it than the format can say. */
export const encodeLooks = (
  looks: readonly (Omit<Look, 'outcome'> & { outcome: Outcome | Verdict })[],
  writtenAt: EpochMs,
): Uint8Array => {
  const bytes = new Uint8Array(looks.length * bytesOfLook);
  const view = new DataView(bytes.buffer);
  for (const [i, { slot, at, outcome }] of looks.entries()) {
    const ago = writtenAt - at;
    if (ago < 0 || ago > mostAgoMs) throw new Error(`a look of ${at} cannot be written at ${writtenAt}`);
    view.setUint16(i * bytesOfLook, slot);
    view.setUint32(i * bytesOfLook + 2, ago * 256 + codeOf(outcome));
  }
  return bytes;
};

/** Throws on a version that this code does not know, and on bytes that end in the middle of a look. */
export const decodeLooks = (version: number, bytes: Uint8Array, writtenAt: EpochMs): Look[] => {
  if (version !== looksVersion) throw new Error(`looks format ${version} is not known, only ${looksVersion}`);
  if (bytes.length % bytesOfLook !== 0) throw new Error(`${bytes.length} bytes are no whole looks`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / bytesOfLook }, (_, i) => {
    const rest = view.getUint32(i * bytesOfLook + 2);
    return {
      slot: view.getUint16(i * bytesOfLook),
      at: epochMs(writtenAt - Math.floor(rest / 256)),
      outcome: outcomeOfLook(rest % 256),
    };
  });
};

/** A look as a sample of its endpoint. */
export const sampleOfLook = ({ at, outcome }: Look): Sample => ({ at, state: outcome.state });
