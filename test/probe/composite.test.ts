import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompositeCheck, SingleCheck, Verdict } from '../../shared/probe/check.ts';
import { judgeMembers, probeMembers } from '../../shared/probe/composite.ts';

const up = (latencyMs = 5): Verdict => ({ state: 'up', latencyMs });
const refused: Verdict = { state: 'down', cause: 'refused', detail: 'nobody listens', address: '192.0.2.1' };
const late: Verdict = { state: 'down', cause: 'response-timeout', detail: 'still waiting' };
const unknown: Verdict = { state: 'unknown', detail: 'no files left' };

const members = (...verdicts: readonly (Verdict | undefined)[]) =>
  verdicts.map((verdict, i) => ({ name: 'abcdefghij'[i] ?? '', verdict }));

describe('judging members', () => {
  test.each([
    { name: 'any: one that is up is enough', atLeast: 1, of: members(refused, up(7), unknown), want: up(7) },
    {
      name: 'any: all that failed are named, with the cause of the first',
      atLeast: 1,
      of: members(late, refused),
      want: { ...late, detail: 'down: a, b; still waiting' },
    },
    {
      name: 'any: one that is not known could be up',
      atLeast: 1,
      of: members(refused, unknown),
      want: { state: 'unknown', detail: 'not known: b; no files left' },
    },
    {
      name: 'all: one that failed is enough, and its address is told',
      atLeast: 3,
      of: members(up(), unknown, refused),
      want: { ...refused, detail: 'down: c; nobody listens' },
    },
    {
      name: 'all: one that is not known could be down',
      atLeast: 2,
      of: members(up(), unknown),
      want: { state: 'unknown', detail: 'not known: b; no files left' },
    },
    { name: 'two of three: the second decides how fast', atLeast: 2, of: members(up(9), refused, up(3)), want: up(9) },
    {
      name: 'two of three up before the third is known',
      atLeast: 2,
      of: members(up(9), undefined, up(3)),
      want: up(9),
    },
    {
      name: 'two of three down before the third is known',
      atLeast: 2,
      of: members(refused, undefined, late),
      want: { ...refused, detail: 'down: a, c; nobody listens' },
    },
  ])('$name', ({ atLeast, of, want }) => {
    expect(judgeMembers(atLeast, of)).toEqual(want);
  });

  test('names come before words: a detail of 200 characters holds them', () => {
    const told = judgeMembers(1, members({ ...refused, detail: 'x'.repeat(500) }, late));
    expect(told.state === 'down' && told.detail).toMatch(/^down: a, b; x{188}$/);
  });

  const anyVerdict = fc.constantFrom(up(1), up(20), refused, late, unknown);
  const someMembers = fc.array(fc.option(anyVerdict, { nil: undefined }), { minLength: 2, maxLength: 6 });

  test('what was judged up or down stays so, whatever the members that are not known turn out to be', () => {
    fc.assert(
      fc.property(someMembers, fc.nat(), fc.infiniteStream(fc.constantFrom(up(), refused)), (seen, n, later) => {
        const atLeast = 1 + (n % seen.length);
        const judged = judgeMembers(atLeast, members(...seen)).state;
        const settled = seen.map((one) => (one === undefined || one.state === 'unknown' ? later.next().value : one));
        const final = judgeMembers(atLeast, members(...settled)).state;
        expect([final, 'unknown']).toContain(judged);
        expect(final).not.toBe('unknown');
        expect(final === 'up').toBe(settled.filter(({ state }) => state === 'up').length >= atLeast);
      }),
    );
  });
});

describe('probing members', () => {
  const base = { everyMs: 60_000, timeoutMs: 400, confirm: 1, retryMs: 0, places: ['home'], quorum: 1 } as const;
  const check = (atLeast: number, count: number): CompositeCheck => ({
    ...base,
    id: 'c/s/e',
    kind: 'composite',
    atLeast,
    members: Array.from({ length: count }, (_, i) => ({
      name: `m${i}`,
      check: { ...base, id: `c/s/e#${i}`, kind: 'tcp', host: 'h', port: i + 1 },
    })),
  });
  /** Answers of members by their port; one that has none hangs until it is given up. */
  const answering = (answers: readonly (Verdict | undefined)[]) => {
    const givenUp: string[] = [];
    const probe = (member: SingleCheck, signal: AbortSignal): Promise<Verdict> => {
      const answer = answers[member.kind === 'tcp' ? member.port - 1 : 0];
      if (answer) return Promise.resolve(answer);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          givenUp.push(member.id);
          resolve(late);
        });
      });
    };
    return { givenUp, probe };
  };

  test('one that hangs delays nobody once the others have decided, and is given up', async () => {
    const { probe, givenUp } = answering([undefined, up(4)]);
    expect(await probeMembers(check(1, 2), new AbortController().signal, probe)).toEqual(up(4));
    expect(givenUp).toEqual(['c/s/e#0']);
  });

  test('a failure waits for the others, so that each that failed is told', async () => {
    const deadline = new AbortController();
    const { probe } = answering([refused, undefined, up()]);
    const judged = probeMembers(check(3, 3), deadline.signal, probe);
    deadline.abort();
    expect(await judged).toMatchObject({ state: 'down', cause: 'refused', detail: 'down: m0, m1; nobody listens' });
  });

  test('a deadline that has passed before it begins ends it all the same', async () => {
    const { probe } = answering([undefined, undefined]);
    expect(await probeMembers(check(1, 2), AbortSignal.abort(), probe)).toMatchObject({ state: 'down' });
  });
});
