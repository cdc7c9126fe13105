/**
 * When the next attempt may begin, where one process does all the work. What it does not keep up with would be measured
 * late, and nobody could tell the endpoint's slowness from its own:
 *
 * - what is ready, such as an answer that has come, goes before the next beginning;
 * - beginnings are as far apart as what began keeps the process busy for. A handshake comes some round trips later, and
 *   by then too many were begun;
 * - a few begin together. A process that is woken up for each event alone takes a third more CPU.
 */

/** The process that attempts share. */
export interface Turning {
  readonly now: () => number;
  /** For how long it was not idle, of its whole life, in ms. */
  readonly busyMs: () => number;
  /** Goes on once everything that is ready was done. */
  readonly yielded: (go: () => void) => void;
  readonly later: (ms: number, go: () => void) => void;
}

/** To be called once, when what began is over. */
export type Leave = () => void;

/** What an attempt is thought to take where none has ended yet: code that was never run takes longer. */
const unknownMs = 2;

/** What else the process does counts too; of a few attempts beside much of that, little is learned, and soon forgotten. */
const mostMs = 10;

/** So much of what was missed, by a timer or a pause of the process, is caught up with. */
const catchUpMs = 5;

/** As many begin together as keep the process busy for so long: what any of them may be measured late by. */
const togetherMs = 6;

/** Attempts that are enough to know what one takes; or fewer, once all of them are over. */
const enough = { going: 256, over: 16 } as const;

export const openTurns = ({ now, busyMs, yielded, later }: Turning): (() => Promise<Leave>) => {
  const waiting: ((leave: Leave) => void)[] = [];
  let [eachMs, nextAt] = [unknownMs, 0];
  let [running, ended, spentMs, countedTo] = [0, 0, 0, 0];
  const leave = (): void => {
    running--;
    ended++;
    if (running > 0 && ended < enough.going) return;
    const busy = busyMs();
    spentMs += busy - countedTo;
    countedTo = busy;
    if (ended < enough.over) return;
    eachMs = Math.min(mostMs, spentMs / ended);
    [ended, spentMs] = [0, 0];
  };
  const next = (): void => {
    const early = nextAt - now();
    if (early > 0) {
      later(early, () => yielded(next));
      return;
    }
    const together = waiting.splice(0, Math.max(1, Math.floor(togetherMs / eachMs)));
    nextAt = Math.max(nextAt, now() - catchUpMs) + together.length * eachMs;
    if (running === 0) countedTo = busyMs(); // what the process did without attempts says nothing of them
    running += together.length;
    for (const begin of together) begin(leave);
    if (waiting.length > 0) yielded(next);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) yielded(next);
    });
};
