/** What several places say together. */
import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../shared/outage/arrival.ts';
import { contested, detect } from '../../shared/outage/detect.ts';
import { failing } from '../../shared/outage/failing.ts';
import type { Heard } from '../../shared/outage/judge.ts';
import { type DetectionState, noDetection, type OutageEvent } from '../../shared/outage/outage.ts';
import type { Quorum } from '../../shared/probe/check.ts';
import { epochMs } from '../../shared/time/span.ts';
import { at, check, lookAt, minute, runAt, stored, t0 } from './given.ts';

const id = 'acme/mail/smtp';
const all = ['a', 'b', 'c', 'd'];

interface Scene {
  /** By place, a letter each minute; `.` is silence. */
  readonly rows: Readonly<Record<string, string>>;
  readonly quorum?: Quorum;
  readonly confirm?: number;
}

/** Place after place in each minute, a second apart; rounds of others are heard as far as they were made. */
const play = ({ rows, quorum = 'majority', confirm = 1 }: Scene) => {
  const places = all.slice(0, Object.keys(rows).length);
  const smtp = check(id, confirm, { places, quorum });
  const heard = new Map<string, Heard>();
  const events: OutageEvent[] = [];
  let state: DetectionState = noDetection;
  const length = Math.max(...Object.values(rows).map((row) => row.length));
  for (let m = 0; m < length; m++)
    for (const [n, place] of places.entries()) {
      const letter = rows[place]?.[m] ?? '.';
      if (letter === '.') continue;
      const run = runAt(m + n / 60, letter, { place });
      heard.set(place, { at: run.at, unsure: new Set(letter === '?' ? [id] : []) });
      const found = detect(stored(state), run, { slots: [smtp], maintenance: [], heard });
      state = found.state;
      events.push(...found.events);
    }
  return { state, events };
};

const brief = (event: OutageEvent): string => {
  const minutes = (instant: number) => Math.round((instant - t0) / minute);
  const { openedAt, confirmedAt, places } = event.outage;
  const end = event.kind === 'closed' ? ` ${minutes(event.closedAt)}` : '';
  return `${event.kind} ${minutes(openedAt)} ${minutes(confirmedAt)} ${places.join('')}${end}`;
};

describe('an outage', () => {
  test.each<Scene & { name: string; want: string[] }>([
    { name: 'of two places is one where both see it', rows: { a: 'uddd', b: 'uudd' }, want: ['opened 2 2 ab'] },
    { name: 'of two places is none where one sees it', rows: { a: 'uddddd', b: 'uuuuuu' }, want: [] },
    {
      name: 'of two places ends where one of them sees it well',
      rows: { a: 'uddddd', b: 'udduuu' },
      want: ['opened 1 1 ab', 'closed 1 1 ab 3'],
    },
    {
      name: 'of three places begins with the second and ends with the second of them',
      rows: { a: 'uddduu', b: 'uudddu', c: 'uuuuuu' },
      want: ['opened 2 2 ab', 'closed 2 2 ab 4'],
    },
    {
      name: 'names those that see it later too',
      rows: { a: 'dddu', b: 'dddu', c: 'uddu' },
      want: ['opened 0 0 ab', 'closed 0 0 abc 3'],
    },
    {
      name: 'of four places needs three',
      rows: { a: 'ddddd', b: 'udddd', c: 'uuudd', d: 'uuuuu' },
      want: ['opened 3 3 abc'],
    },
    {
      name: 'waits until enough places have confirmed it, and begins when enough of them had begun to fail',
      confirm: 2,
      rows: { a: 'udddd', b: 'uuddd', c: 'uuuuu' },
      want: ['opened 2 3 ab'],
    },
    {
      name: 'is told at the first place where one is enough',
      quorum: 1,
      rows: { a: 'uuuu', b: 'uddu', c: 'uuuu' },
      want: ['opened 1 1 b', 'closed 1 1 b 3'],
    },
    {
      name: 'goes on while one is enough and another took over',
      quorum: 1,
      rows: { a: 'dduuu', b: 'udddu' },
      want: ['opened 0 0 a', 'closed 0 0 ab 4'],
    },
    {
      name: 'of a quorum of two is none of one place, whoever else is silent',
      quorum: 2,
      rows: { a: 'udddddddd', b: 'u........' },
      want: [],
    },
    {
      name: 'may come back while another place never saw it well, and begins no sooner than the last ended',
      rows: { a: 'udduud', b: 'uddddd' },
      want: ['opened 1 1 ab', 'closed 1 1 ab 3', 'opened 5 5 ba'],
    },
  ])('$name', ({ want, ...scene }) => expect(play(scene).events.map(brief)).toEqual(want));
});

describe('a place that falls silent', () => {
  test.each<Scene & { name: string; want: string[] }>([
    {
      name: 'counts for three minutes, and then the other decides with its next round',
      rows: { a: 'udddddddd', b: 'uu.......' },
      want: ['opened 1 5 a'],
    },
    {
      name: 'closes nothing',
      rows: { a: 'uddddddddd', b: 'udd.......' },
      want: ['opened 1 1 ab'],
    },
    {
      name: 'closes nothing where a fixed number of places must agree',
      quorum: 2,
      rows: { a: 'uddddddddd', b: 'udd.......' },
      want: ['opened 1 1 ab'],
    },
    {
      name: 'holds nothing open: one that sees it well closes it once the failure is old',
      rows: { a: 'ddddddddd', b: 'dd.......', c: 'uuuuuuuuu' },
      want: ['opened 0 0 ab', 'closed 0 0 ab 4'],
    },
    {
      name: 'does not confirm: of three places one that alone knows is not enough',
      rows: { a: 'uddddddd', b: 'u.......', c: 'u.......' },
      want: [],
    },
    {
      name: 'and whose failure is old does not help another to confirm',
      rows: { a: 'd.......', b: 'uuuuuudd', c: 'uuuuuuuu' },
      want: [],
    },
    {
      name: 'and comes back well ends what was told without it',
      rows: { a: 'uddddddddd', b: 'uu......uu' },
      want: ['opened 1 5 a', 'closed 1 5 a 8'],
    },
    {
      name: 'again, lets the rest tell a new outage, which is not the old one',
      rows: { a: 'udddddddddddddd', b: 'uu......u......' },
      want: ['opened 1 5 a', 'closed 1 5 a 8', 'opened 8 12 a'],
    },
  ])('$name', ({ want, ...scene }) => expect(play(scene).events.map(brief)).toEqual(want));
});

describe('a place that cannot tell', () => {
  test.each<Scene & { name: string; want: string[] }>([
    { name: 'does not keep the other from deciding', rows: { a: 'uddd', b: 'u???' }, want: ['opened 1 1 a'] },
    { name: 'closes nothing', rows: { a: 'udddd', b: 'ud???' }, want: ['opened 1 1 ab'] },
    { name: 'alone opens nothing', rows: { a: 'u???', b: 'u???' }, want: [] },
  ])('$name', ({ want, ...scene }) => expect(play(scene).events.map(brief)).toEqual(want));
});

test('slow checks keep what a place knows for three of their intervals', () => {
  const slow = check(id, 1, { everyMs: 30 * minute, places: ['a', 'b'], quorum: 'majority' });
  const heard = new Map([['b', { at: at(0), unsure: new Set<string>() }]]);
  const openedAt = (m: number) =>
    detect(noDetection, runAt(m, 'd', { place: 'a' }), { slots: [slow], maintenance: [], heard }).events.length;
  expect([openedAt(90), openedAt(91)]).toEqual([0, 1]);
});

describe('a run of one place and a look of another', () => {
  const smtp = check(id, 1, { places: ['a', 'b'] });
  const setting = {
    slots: [smtp],
    maintenance: [],
    heard: new Map(['a', 'b'].map((place) => [place, { at: at(0), unsure: new Set<string>() }])),
  };
  const follow = (arrivals: readonly Arrival[]) => {
    let state: DetectionState = noDetection;
    return arrivals.flatMap((arrival) => {
      const found = detect(state, arrival, setting);
      state = found.state;
      return found.events;
    });
  };
  const run = runAt(0, 'd', { place: 'a' });
  const look = lookAt(0, 'd', { place: 'b' });

  test.each([
    { name: 'the run first', arrivals: [run, look] },
    { name: 'the look first', arrivals: [look, run] },
    { name: 'both again', arrivals: [look, run, look, run] },
  ])('are one outage of both, $name', ({ arrivals }) => {
    const [event, ...others] = follow(arrivals);
    expect(others).toEqual([]);
    expect(event?.outage).toMatchObject({ openedAt: at(0), confirmedAt: at(0) });
    expect(event?.outage.places.toSorted()).toEqual(['a', 'b']);
  });

  test('the end that a look saw is the end, and a failure from before it is none', () => {
    const events = follow([
      run,
      look,
      lookAt(2.5, 'u', { place: 'a' }),
      lookAt(2, 'd', { place: 'a' }, 1),
      runAt(1, 'd', { place: 'a' }),
    ]);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ kind: 'closed', closedAt: at(2.5) });
  });

  test('of a place that does not probe the endpoint, nothing counts', () => {
    expect(follow([runAt(0, 'd', { place: 'x' }), lookAt(0, 'd', { place: 'x' })])).toEqual([]);
  });
});

test('the words of a failure are those of the newest sample that had some, as long as the cause is the same', () => {
  const slots = [check(id, 2)];
  const failed = { at: at(0), slot: 0, outcome: { state: 'down', cause: 'status' }, detail: '503' } as const;
  const first: Arrival = { ...lookAt(0, 'd'), seen: [failed] };
  const opened = (second: Arrival['seen'][number]) => {
    const { state } = detect(noDetection, first, { slots, maintenance: [] });
    return detect(state, { ...lookAt(1, 'd'), seen: [second] }, { slots, maintenance: [] }).events[0]?.outage;
  };
  const again = { ...failed, at: at(1), detail: undefined };
  expect(opened(again)).toMatchObject({ cause: 'status', detail: '503' });
  expect(opened({ ...again, detail: '502' })).toMatchObject({ detail: '502' });
  expect(opened({ ...again, outcome: { state: 'down', cause: 'reset' } })).not.toHaveProperty('detail');
});

test('who fails is asked of one place: confirmed by itself, or by an outage that others see', () => {
  const { state } = play({ rows: { a: 'dd', b: 'uu', c: 'ud' }, confirm: 2, quorum: 1 });
  expect(failing(state, 'a')).toMatchObject([{ id, failures: 2, confirmed: true, seenAt: at(1) }]);
  expect(failing(state, 'b')).toEqual([]);
  expect(failing(state, 'c')).toMatchObject([{ id, failures: 1, confirmed: true }]);
  const alone = play({ rows: { a: 'dd', b: 'uu', c: 'ud' }, confirm: 2, quorum: 2 }).state;
  expect(failing(alone, 'a')).toMatchObject([{ id, failures: 2, confirmed: true }]);
  expect(failing(alone, 'c')).toMatchObject([{ id, failures: 1, confirmed: false }]);
});

test('others are asked only where a place has confirmed a failure and there are others', () => {
  const asks = (letters: string, places: readonly string[], state = noDetection) =>
    contested(state, runAt(1, letters, { place: 'a' }), { slots: [check(id, 2, { places })], maintenance: [] });
  const once = detect(noDetection, runAt(0, 'd', { place: 'a' }), {
    slots: [check(id, 2, { places: ['a', 'b'] })],
    maintenance: [],
  }).state;
  expect(asks('u', ['a', 'b'])).toEqual([]);
  expect(asks('d', ['a', 'b'])).toEqual([]);
  expect(asks('d', ['a'], once)).toEqual([]);
  expect(asks('d', ['a', 'b'], once)).toHaveLength(1);
  expect(asks('u', ['a', 'b'], once)).toEqual([]);
});

test('what is more than an hour older than what was applied changes nothing', () => {
  const setting = { slots: [check(id, 1)], maintenance: [] };
  const { state } = detect(noDetection, runAt(100, 'u'), setting);
  expect(detect(state, lookAt(30, 'd'), setting).events).toEqual([]);
  expect(detect(state, lookAt(50, 'd'), setting).events).toHaveLength(1);
});

test('a straggler under an older plan tells of what is still watched, and takes the plan nowhere', () => {
  const [kept, gone] = [check(id, 1), check('acme/mail/gone', 1)];
  const added = check('acme/mail/added', 1);
  const newer = detect(noDetection, runAt(0, 'ud', { planVersion: 'q' }), { slots: [kept, added], maintenance: [] });
  const late = detect(newer.state, runAt(1, 'dd'), {
    slots: [kept, gone],
    newer: { plan: 'q', watched: [kept, added] },
    maintenance: [],
  });
  expect(late.events).toMatchObject([{ kind: 'opened', outage: { endpoint: id } }]);
  expect(late.state).toMatchObject({ plan: 'q', planAt: epochMs(t0) });
  expect(Object.keys(late.state.endpoints).sort()).toEqual(['acme/mail/added', id]);
});

test('a run that is older than the newest applied one tells of no endpoint that was up since', () => {
  const setting = { slots: [check(id, 1), check('acme/mail/web', 1)], maintenance: [] };
  const { state } = detect(noDetection, runAt(2, 'ud'), setting);
  expect(detect(state, runAt(1, 'du'), setting).events).toEqual([]);
  expect(detect(state, runAt(3, 'du'), setting).events).toHaveLength(2);
});

test('a failure that comes again tells nothing that maintenance kept quiet when it came', () => {
  const slots = [check(id, 1)];
  const quiet = { id: 'M1', client: 'acme', start: at(0), end: at(9) };
  const { state } = detect(noDetection, runAt(0, 'd'), { slots, maintenance: [quiet] });
  expect(detect(state, runAt(0, 'd'), { slots, maintenance: [] }).events).toEqual([]);
  expect(detect(state, runAt(1, 'd'), { slots, maintenance: [] }).events).toMatchObject([{ kind: 'overran' }]);
});
