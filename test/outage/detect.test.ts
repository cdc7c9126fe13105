import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../shared/outage/arrival.ts';
import { detect, detectInSteps } from '../../shared/outage/detect.ts';
import { type Maintenance, noDetection, type OutageEvent } from '../../shared/outage/outage.ts';
import type { Roster } from '../../shared/probe/roster.ts';
import { at, check, minute, runAt, stored, t0 } from './given.ts';

/** State goes through its stored form between any two runs. */
const follow = (runs: readonly Arrival[], { slots }: Roster, maintenance: readonly Maintenance[] = []) => {
  let state = noDetection;
  const events: OutageEvent[] = [];
  for (const run of runs) {
    const found = detect(stored(state), run, { slots, maintenance });
    state = found.state;
    events.push(...found.events);
  }
  return { state, events };
};

/** `opened 2 3` is an outage from minute 2, confirmed in minute 3; `!` was told. */
const brief = (event: OutageEvent): string => {
  const minutes = (instant: number) => Math.round((instant - t0) / minute);
  const { openedAt, confirmedAt, told } = event.outage;
  const end = event.kind === 'closed' ? ` ${minutes(event.closedAt)} ${event.reason}` : '';
  return `${event.kind} ${minutes(openedAt)} ${minutes(confirmedAt)}${end}${told ? ' !' : ''}`;
};
const story = (letters: string, confirm: number, maintenance: readonly Maintenance[] = []) =>
  follow(
    [...letters].flatMap((letter, minutes) => (letter === '.' ? [] : [runAt(minutes, letter)])),
    { shard: 0, places: ['home'], slots: [check('acme/mail/smtp', confirm)] },
    maintenance,
  ).events.map(brief);
const window = (from: number, to: number, more: Partial<Maintenance> = {}): Maintenance => ({
  id: 'M1',
  client: 'acme',
  start: at(from),
  end: at(to),
  ...more,
});

describe('an outage', () => {
  test.each([
    { name: 'is opened by the second failure, from the first', letters: 'uudd', confirm: 2, want: ['opened 2 3 !'] },
    { name: 'is opened at once where one failure is enough', letters: 'ud', confirm: 1, want: ['opened 1 1 !'] },
    { name: 'is not opened by one failure', letters: 'udu', confirm: 2, want: [] },
    { name: 'is not opened by failures with a success between', letters: 'dudud', confirm: 2, want: [] },
    {
      name: 'is closed by the first success',
      letters: 'ddduu',
      confirm: 2,
      want: ['opened 0 1 !', 'closed 0 1 3 recovered !'],
    },
    { name: 'is told once however long it lasts', letters: 'd'.repeat(50), confirm: 3, want: ['opened 0 2 !'] },
    { name: 'is not confirmed by unknown', letters: 'd??u', confirm: 2, want: [] },
    { name: 'is confirmed across an unknown', letters: 'd?d', confirm: 2, want: ['opened 0 2 !'] },
    { name: 'is not closed by unknown', letters: 'dd??', confirm: 2, want: ['opened 0 1 !'] },
    { name: 'is confirmed across any silence', letters: 'd....dd', confirm: 2, want: ['opened 0 5 !'] },
    {
      name: 'stays open through silence',
      letters: 'dd.....du',
      confirm: 2,
      want: ['opened 0 1 !', 'closed 0 1 8 recovered !'],
    },
    {
      name: 'may follow another',
      letters: 'dudu',
      confirm: 1,
      want: ['opened 0 0 !', 'closed 0 0 1 recovered !', 'opened 2 2 !', 'closed 2 2 3 recovered !'],
    },
  ])('$name', ({ letters, confirm, want }) => expect(story(letters, confirm)).toEqual(want));
});

describe('maintenance', () => {
  test.each([
    {
      name: 'keeps an outage quiet from end to end',
      letters: 'udduu',
      windows: [window(1, 4)],
      want: ['opened 1 2', 'closed 1 2 3 recovered'],
    },
    {
      name: 'tells it at the first failure at its end',
      letters: 'udddd',
      windows: [window(1, 4)],
      want: ['opened 1 2', 'overran 1 2 !'],
    },
    {
      name: 'covers its first instant and not its last',
      letters: 'dddd',
      windows: [window(1, 2)],
      want: ['opened 0 1', 'overran 0 1 !'],
    },
    {
      name: 'does not silence what was told before',
      letters: 'ddddu',
      windows: [window(2, 9)],
      want: ['opened 0 1 !', 'closed 0 1 4 recovered !'],
    },
    {
      name: 'may be followed by another at once',
      letters: 'udddddu',
      windows: [window(1, 3), window(3, 9, { id: 'M2' })],
      want: ['opened 1 2', 'closed 1 2 6 recovered'],
    },
    {
      name: 'of another service changes nothing',
      letters: 'dd',
      windows: [window(0, 9, { services: ['web'] })],
      want: ['opened 0 1 !'],
    },
    {
      name: 'of the service counts',
      letters: 'dd',
      windows: [window(0, 9, { services: ['web', 'mail'] })],
      want: ['opened 0 1'],
    },
    {
      name: 'of another client changes nothing',
      letters: 'dd',
      windows: [window(0, 9, { client: 'other' })],
      want: ['opened 0 1 !'],
    },
  ])('$name', ({ letters, windows, want }) => expect(story(letters, 2, windows)).toEqual(want));

  test('that is cancelled while an outage is quiet lets it be told', () => {
    const roster = { shard: 0, places: ['home'], slots: [check('acme/mail/smtp', 1)] };
    const quiet = detect(noDetection, runAt(0, 'd'), { ...roster, maintenance: [window(0, 9)] });
    expect(detect(quiet.state, runAt(1, 'd'), { ...roster, maintenance: [] }).events.map(brief)).toEqual([
      'overran 0 0 !',
    ]);
  });
});

test('an endpoint that leaves the plan while it is down is closed and says why', () => {
  const { state } = follow([runAt(0, 'd')], { shard: 0, places: ['home'], slots: [check('acme/mail/smtp', 1)] });
  const left = detect(state, runAt(1, ''), { slots: [], maintenance: [] });
  expect(left.events.map(brief)).toEqual(['closed 0 0 1 unwatched !']);
  expect(left.state.endpoints).toEqual({});
});

test('the state holds only endpoints that are not plainly up, or were not within an hour', () => {
  const slots = ['a', 'b', 'c'].map((id) => check(`acme/web/${id}`, 2));
  const shard = { shard: 0, places: ['home'], slots };
  const runs = [runAt(0, 'udd'), runAt(1, 'uud')];
  expect(Object.keys(follow(runs, shard).state.endpoints)).toEqual(['acme/web/b', 'acme/web/c']);
  const later = [...runs, runAt(61, 'uu-'), runAt(62, 'uu-')];
  expect(Object.keys(follow(later, shard).state.endpoints)).toEqual(['acme/web/c']);
});

test('what changes nothing is no step, but for the first under a plan', () => {
  const setting = { slots: [check('acme/web/a', 2)], maintenance: [] };
  const first = detectInSteps(noDetection, runAt(0, 'u'), setting);
  expect(first).toHaveLength(1);
  expect(detectInSteps(first[0]?.state ?? noDetection, runAt(1, 'u'), setting)).toEqual([]);
});

/** Three endpoints with 1, 2 and 3 failures to confirm, over random minutes and verdicts. */
const slots = [1, 2, 3].map((confirm) => check(`acme/s${confirm}/e`, confirm));
const roster = { shard: 0, places: ['home'], slots };
const letter = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('u', 'd') }, fc.constantFrom('?', '-'));
const someRuns = fc
  .uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 })
  .chain((minutes) =>
    fc.tuple(
      fc.constant(minutes.sort((a, b) => a - b)),
      fc.array(fc.string({ unit: letter, minLength: 3, maxLength: 3 }), {
        minLength: minutes.length,
        maxLength: minutes.length,
      }),
    ),
  )
  .map(([minutes, letters]) => minutes.map((m, i) => runAt(m, letters[i] ?? '')));
const someWindows = fc.array(
  fc
    .tuple(fc.nat(60), fc.integer({ min: 1, max: 15 }), fc.constantFrom('s1', 's2', 's3'))
    .map(([from, length, service]) => window(from, from + length, { services: [service] })),
  { maxLength: 3 },
);

/** The whole history at once, by another road: cut failures at successes; what is long enough counts. */
const slowly = (runs: readonly Arrival[], maintenance: readonly Maintenance[]): string[] =>
  slots.flatMap(({ id, confirm }, slot) => {
    const known = runs.flatMap(({ seen }) =>
      seen.flatMap(({ slot: of, at, outcome: { state } }) =>
        of === slot && (state === 'up' || state === 'down') ? [{ state, at }] : [],
      ),
    );
    const quiet = (when: number) =>
      maintenance.some(
        ({ services, start, end }) => services?.includes(id.split('/')[1] ?? '') && start <= when && when < end,
      );
    const told: string[] = [];
    for (let i = 0; i < known.length; i++) {
      if (known[i]?.state !== 'down' || known[i - 1]?.state === 'down') continue;
      const success = known.findIndex(({ state }, j) => j > i && state === 'up');
      const failures = known.slice(i, success < 0 ? undefined : success).map((sample) => sample.at);
      const [openedAt, confirmedAt] = [failures[0], failures[confirm - 1]];
      if (openedAt === undefined || confirmedAt === undefined) continue;
      const loud = failures.find((when) => when >= confirmedAt && !quiet(when));
      told.push(`${id} opened ${openedAt} ${confirmedAt} ${loud === confirmedAt}`);
      if (loud !== undefined && loud !== confirmedAt) told.push(`${id} overran ${openedAt} ${confirmedAt} true`);
      if (success >= 0)
        told.push(`${id} closed ${openedAt} ${confirmedAt} ${loud !== undefined} ${known[success]?.at}`);
    }
    return told;
  });
const flat = (event: OutageEvent): string => {
  const { endpoint, openedAt, confirmedAt, told } = event.outage;
  const end = event.kind === 'closed' ? ` ${event.closedAt}` : '';
  return `${endpoint} ${event.kind} ${openedAt} ${confirmedAt} ${told}${end}`;
};

test('run after run finds what the whole history holds', () => {
  fc.assert(
    fc.property(someRuns, someWindows, (runs, windows) => {
      expect(follow(runs, roster, windows).events.map(flat).sort()).toEqual(slowly(runs, windows).sort());
    }),
  );
});

test('a run that comes twice or late changes nothing', () => {
  fc.assert(
    fc.property(someRuns, someWindows, fc.infiniteStream(fc.nat()), (runs, windows, picks) => {
      const disturbed = runs.flatMap((run, i) => {
        const again = runs[(picks.next().value ?? 0) % (i + 1)];
        return again ? [run, again, run] : [run];
      });
      expect(follow(disturbed, roster, windows)).toEqual(follow(runs, roster, windows));
    }),
  );
});

test('a run that is cut short after any step and given again tells everything once', () => {
  fc.assert(
    fc.property(someRuns, someWindows, fc.infiniteStream(fc.boolean()), (runs, windows, crashes) => {
      let state = noDetection;
      const events: OutageEvent[] = [];
      for (const run of runs) {
        for (let done = false; !done; ) {
          done = true;
          for (const step of detectInSteps(stored(state), run, { ...roster, maintenance: windows }, 1)) {
            state = step.state;
            events.push(...step.events);
            if (crashes.next().value) {
              done = false;
              break;
            }
          }
        }
      }
      expect({ state, events }).toEqual(follow(runs, roster, windows));
    }),
  );
});

test('no step of a run in which everything fails holds more than it may', () => {
  const many = { shard: 0, places: ['home'], slots: Array.from({ length: 960 }, (_, i) => check(`acme/s/e${i}`, 1)) };
  const steps = detectInSteps(noDetection, runAt(0, 'd'.repeat(960)), { ...many, maintenance: [] });
  expect(Math.max(...steps.map(({ events }) => events.length))).toBe(30);
  expect(steps.flatMap(({ events }) => events)).toHaveLength(960);
});
