/**
 * What the fast lane knows of how fast each endpoint answers: kept in the memory of whoever probes, lost with it, and
 * never more than an optimisation. Without it every endpoint has the longest of the fast deadlines.
 */
import type { Check } from './check.ts';

/** A round of the fast lane is over this long after its last start, whatever hangs (`performance.md` §3). */
const fastDeadlineMs = { least: 600, most: 2_000 } as const;

/** How long an endpoint that answers, but not by the fast deadline, is left to the slow lane. */
const slowForMs = 10 * 60_000;

/** Misses in a row, each found up by the slow lane (else it would be left out), that make an endpoint slow. */
const missesOfSlow = 2;

/** The newest answer's weight in the average: five or so make a history. */
const weight = 0.2;

const mostKnown = 100_000; // of plans that came and went; forgetting costs each endpoint one longer deadline

export interface Pace {
  /** What an attempt is given now, in ms, and no more than its whole timeout; none where the slow lane has it. */
  allowedMs(check: Pick<Check, 'id' | 'timeoutMs'>, now: number): number | undefined;
  answered(id: string, tookMs: number): void;
  /** The fast deadline ended it: the next attempt gets the longest one. */
  missed(id: string, now: number): void;
  /** It fails, and is not in the fast lane: what it was like before says nothing of what it will be like. */
  forget(id: string): void;
}

interface Known {
  readonly averageMs?: number;
  readonly misses: number;
  readonly slowUntil: number;
}

export const newPace = (): Pace => {
  const known = new Map<string, Known>();
  return {
    allowedMs: ({ id, timeoutMs }, now) => {
      const { averageMs, slowUntil = 0 } = known.get(id) ?? {};
      if (now < slowUntil) return undefined;
      const { least, most } = fastDeadlineMs;
      const fastMs = averageMs === undefined ? most : Math.min(most, Math.max(least, 4 * averageMs));
      return Math.min(Math.ceil(fastMs), timeoutMs);
    },
    answered: (id, tookMs) => {
      if (known.size >= mostKnown && !known.has(id)) known.clear();
      const before = known.get(id)?.averageMs ?? tookMs;
      known.set(id, { averageMs: before + weight * (tookMs - before), misses: 0, slowUntil: 0 });
    },
    missed: (id, now) => {
      const misses = (known.get(id)?.misses ?? 0) + 1;
      // Tried again after its ten minutes, an endpoint that is still slow is so at its first miss.
      known.set(id, { misses, slowUntil: misses < missesOfSlow ? 0 : now + slowForMs });
    },
    forget: (id) => void known.delete(id),
  };
};
