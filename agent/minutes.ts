/**
 * When rounds begin. Only forward, by the wall clock: an instant that is over is never made up for, because a late round is
 * a lie, and none is answered for twice.
 */
import { minuteMs } from '../shared/probe/check-schema.ts';
import { hash } from '../shared/probe/roster.ts';
import { type EpochMs, epochMs } from '../shared/time/span.ts';

/** Places that begin together would all knock at once: each begins its minute a little later, always the same. */
export const mostStaggerMs = 5_000;

/** What an instant may be late by: a timer's tick, a busy processor. */
const lateMs = 2_000;

/**
 * A clock that is set back by less waits until it is where it was: keys of rounds are instants, and stay their own. One that
 * is set back by more was wrong before, and is believed.
 */
const mostWaitMs = 5 * 60_000;

export const staggerOf = (place: string): number => hash(place) % mostStaggerMs;

/** From AWS's. Beyond this, instants would be false evidence. */
export const mostClockOffMs = 30_000;

export interface Schedule {
  /** Where in a minute rounds begin, sorted: `offsetsOf` all slots. */
  readonly offsetsMs: readonly number[];
  readonly staggerMs: number;
  /** Nothing is begun of what should have begun before. */
  readonly notBefore: EpochMs;
  /** The last instant that was answered for. */
  readonly last: EpochMs | undefined;
}

/** The next instant to answer for; its round begins `staggerMs` later. */
export const nextInstant = (now: EpochMs, { offsetsMs, staggerMs, notBefore, last }: Schedule): EpochMs => {
  const clockWasWrong = last !== undefined && last + staggerMs - now > mostWaitMs;
  const after = last === undefined || clockWasWrong ? Number.NEGATIVE_INFINITY : last + 1;
  const started = clockWasWrong ? Number.NEGATIVE_INFINITY : notBefore - staggerMs;
  const from = Math.max(now - lateMs - staggerMs, started, after);
  for (let minute = Math.floor(from / minuteMs) * minuteMs; ; minute += minuteMs)
    for (const offset of offsetsMs) if (minute + offset >= from) return epochMs(minute + offset);
};

/** A clock that no jump of the wall clock moves, and that shows its time: for the length of one round. */
export const steadyFrom = (wall: () => number, monotonic: () => number): (() => number) => {
  const base = wall() - monotonic();
  return () => base + monotonic();
};
