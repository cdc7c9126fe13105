import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Arrival, withoutOvertaken } from '../../shared/outage/arrival.ts';
import { detectInSteps } from '../../shared/outage/detect.ts';
import type { Heard } from '../../shared/outage/judge.ts';
import { type DetectionState, type Maintenance, noDetection, type OutageEvent } from '../../shared/outage/outage.ts';
import type { Check } from '../../shared/probe/check.ts';
import { at, check, lookAt, runAt, stored } from './given.ts';
import { slowly } from './slow-reference.ts';

const id = 'acme/mail/smtp';

/** What one place sends, in the order in which it does: rounds with or without the endpoint, and looks that took a while. */
const arrivalsOf = (place: string) =>
  fc
    .uniqueArray(
      fc.record({
        half: fc.nat(90), // of minutes: 45 minutes, so that nothing is forgotten
        letter: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('u', 'd', 'd') }, fc.constantFrom('?', '-')),
        lateBy: fc.constantFrom(-1, -1, 0.1, 0.6, 2.6), // a round, or looks
      }),
      { selector: ({ half }) => half, maxLength: 40 },
    )
    .map((sent) =>
      sent
        .map(({ half, letter, lateBy }) =>
          lateBy < 0 || letter === '-'
            ? runAt(half / 2, letter, { place })
            : lookAt(half / 2 + 0.001, letter, { place }, lateBy),
        )
        .sort((a, b) => a.at - b.at),
    );

/** Of one to four places, each in its own order, and lagging behind the others by what it likes. */
const someScene = fc.integer({ min: 1, max: 4 }).chain((count) => {
  const places = ['a', 'b', 'c', 'd'].slice(0, count);
  return fc.record({
    check: fc
      .record({
        confirm: fc.integer({ min: 1, max: 3 }),
        quorum: fc.constantFrom('majority' as const, 'majority' as const, ...(count > 1 ? [1, 2] : [1])),
      })
      .map(({ confirm, quorum }) => check(id, confirm, { places, quorum })),
    deliveries: fc
      .tuple(
        fc.tuple(...places.map(arrivalsOf)),
        fc.array(fc.constantFrom(0, 0, 0.02, 1.2, 7), { minLength: count, maxLength: count }),
      )
      .map(([all, lags]) =>
        all
          .flatMap((arrivals, n) => arrivals.map((arrival) => ({ arrival, by: arrival.at + (lags[n] ?? 0) * 60_000 })))
          .sort((a, b) => a.by - b.by)
          .map(({ arrival }) => arrival),
      ),
    maintenance: fc.array(
      fc
        .tuple(fc.nat(45), fc.integer({ min: 1, max: 10 }))
        .map(([from, length]): Maintenance => ({ id: 'M', client: 'acme', start: at(from), end: at(from + length) })),
      { maxLength: 2 },
    ),
  });
});

interface Disturbance {
  /** Which earlier delivery comes again after each, if any. */
  readonly again: () => number;
  /** Whether the process is killed after a step. */
  readonly dies: () => boolean;
}
const calm: Disturbance = { again: () => -1, dies: () => false };

/** As the function does it: what places say is read from what was stored. */
const follow = (
  {
    check: one,
    deliveries,
    maintenance,
  }: { check: Check; deliveries: readonly Arrival[]; maintenance: readonly Maintenance[] },
  { again, dies }: Disturbance = calm,
) => {
  let state: DetectionState = noDetection;
  const events: OutageEvent[] = [];
  const heard = new Map<string, Heard>();
  const isUnsure = (place: string, so: readonly Arrival[]): boolean => {
    const seen = so.filter((arrival) => arrival.place === place).flatMap((arrival) => arrival.seen);
    return seen.toSorted((a, b) => a.at - b.at).at(-1)?.outcome.state === 'unknown';
  };
  const give = (arrival: Arrival, so: readonly Arrival[]): void => {
    const mine = so.filter(({ place }) => place === arrival.place);
    const inTime = arrival.kind === 'run' ? arrival : withoutOvertaken(arrival, mine);
    for (let done = false; !done; ) {
      done = true;
      for (const step of detectInSteps(stored(state), inTime, { slots: [one], maintenance, heard }, 1)) {
        state = step.state;
        events.push(...step.events);
        if (!dies()) continue;
        done = false;
        break;
      }
    }
  };
  for (const [n, arrival] of deliveries.entries()) {
    const so = deliveries.slice(0, n + 1);
    const newest = Math.max(heard.get(arrival.place)?.at ?? 0, arrival.at) as Heard['at'];
    heard.set(arrival.place, { at: newest, unsure: new Set(isUnsure(arrival.place, so) ? [id] : []) });
    give(arrival, so);
    const before = so[again()];
    if (before) give(before, so);
  }
  return { state, events };
};

const flat = (event: OutageEvent): string => {
  const { openedAt, confirmedAt, told } = event.outage;
  if (event.kind === 'closed') return `closed ${openedAt} ${event.closedAt} ${told}`;
  return event.kind === 'opened' ? `opened ${openedAt} ${confirmedAt} ${told}` : `overran ${openedAt} true`;
};
/** Detection does not say when an overrun was seen. */
const comparable = (line: string): string => line.replace(/^(overran \d+) \d+/, '$1');

test('what places send, however they lag, is told as if all of it were looked at again each time', () => {
  fc.assert(
    fc.property(someScene, ({ check: one, deliveries, maintenance }) => {
      const found = follow({ check: one, deliveries, maintenance }).events.map(flat);
      expect(found).toEqual(slowly(deliveries, one, maintenance).map(comparable));
    }),
    { numRuns: 400 },
  );
});

test('deliveries that come again, and deaths after any step, change nothing', () => {
  fc.assert(
    fc.property(
      someScene,
      fc.infiniteStream(fc.integer({ min: -20, max: 60 })),
      fc.infiniteStream(fc.boolean()),
      (scene, picks, deaths) => {
        const disturbed = follow(scene, {
          again: () => picks.next().value ?? -1,
          dies: () => deaths.next().value ?? false,
        });
        const { events, state } = follow(scene);
        expect(disturbed.events).toEqual(events);
        expect(disturbed.state.endpoints).toEqual(state.endpoints);
      },
    ),
    { numRuns: 300 },
  );
});
