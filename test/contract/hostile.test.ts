import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { planSchema } from '../../shared/contract/plan.ts';
import { formatProblem, type Problem } from '../../shared/contract/problem.ts';
import { maxFileLength } from '../../shared/contract/source.ts';
import { filesOf, plainClient, plainProvider, withTerms } from './folders.ts';

const decode = (client: string, provider: string = plainProvider) => decodeFolder(filesOf(client, provider));

const complete = (problem: Problem): boolean =>
  problem.file !== undefined && problem.saw !== '' && problem.want !== '' && (problem.line ?? 1) >= 1;

/** Either a plan that is one, or at least one problem that a person can act on. */
const holds = (client: string, provider?: string): void => {
  const decoded = decode(client, provider);
  if (decoded.ok) expect(planSchema.safeParse(decoded.value).success).toBe(true);
  else {
    expect(decoded.problems.length).toBeGreaterThan(0);
    expect(decoded.problems.filter((problem) => !complete(problem))).toEqual([]);
  }
};

test.each([
  ['brackets nested twenty thousand deep', '['.repeat(20_000)],
  ['braces nested twenty thousand deep', '{a: '.repeat(20_000)],
  [
    'a billion laughs',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`,
  ],
  ['an alias that holds itself', 'a: &a [*a]'],
  ['a file of more than a megabyte', `id: ${'x'.repeat(maxFileLength)}`],
  ['a prototype to pollute', '__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }'],
  ['tags that would make objects', 'id: !!js/function "function () {}"'],
  ['a name that is a block', '? { a: 1 }\n: 2'],
  ['a null byte', 'id: a\0b'],
  ['numbers beyond all numbers', `${plainClient}x: 1e400\ny: ${'9'.repeat(400)}\n`],
  ['a pattern that backtracks', withTerms(`target: ${'9'.repeat(50_000)}!`)],
  ['a duration without end', withTerms(`maintenance: { notice: ${'1 h '.repeat(20_000)}x }`)],
])('%s is a problem, not an accident', (_, text) => {
  const started = performance.now();
  const decoded = decode(text);
  expect(decoded.ok).toBe(false);
  expect(decoded.ok ? [] : decoded.problems.filter((problem) => !complete(problem))).toEqual([]);
  expect(performance.now() - started).toBeLessThan(10_000); // what grows without bound takes minutes, on any machine
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('any text at all is a plan or problems', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => holds(text)),
    { numRuns: 50 },
  );
});

const full = withTerms(`target: 99.9 %
hours: { weekly: ["mon-fri 08:00-19:00"], holidays: [2026-05-01] }
maintenance: { notice: 48 h, cap: 4 h per month, emergency: { treat: up } }
downtime: { quorum: 1, minimum-outage: { at-least: 5 min }, granularity: { buckets: 5 min, bad: 20 % } }
credits:
  main: { bands: [{ when: availability < 99 %, pay: 5 % }], cap: 50.00 EUR }
response:
  critical: { response: 1 h }
rights:
  leave: { below: 99 %, count: 2 }
claim: { within: 30 days, after: period-end }`);

test('a good file with a piece cut out, doubled or replaced is a plan or problems', () => {
  const junk = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      '[',
      '{',
      '- ',
      ': ',
      '\n',
      '"',
      '&a ',
      '*a',
      '!!binary ',
      '|',
      '>',
      '99.9 %',
      '-1',
      'null',
      '~',
      '0x10',
      '2026-13-01',
      '\t',
      '<<: *a',
    ),
  );
  fc.assert(
    fc.property(fc.nat(full.length), fc.nat(40), junk, (at, length, inserted) =>
      holds(full.slice(0, at) + inserted + full.slice(at + length)),
    ),
    { numRuns: 120 },
  );
});

test('a good file whose values are swapped for others is a plan or problems', () => {
  const lines = full.split('\n');
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)),
    fc.constantFrom(
      'none',
      'around-the-clock',
      '5 %',
      '1 h',
      '1 EUR',
      '0',
      '[]',
      '{}',
      'true',
      'availability < 99 %',
      '{ weekly: [] }',
    ),
  );
  fc.assert(
    fc.property(fc.nat(lines.length - 1), value, (i, replaced) => {
      const swapped = lines.map((line, at) => (at === i ? line.replace(/:(?: .*)?$/, `: ${replaced}`) : line));
      holds(swapped.join('\n'));
    }),
    { numRuns: 120 },
  );
});

test('the same holds of provider.yaml', () => {
  const provider = `${plainProvider}tiers:\n  gold: { name: Gold, terms: { target: 99 % } }\nseverities: { high: High }\nholidays: { fr: [2026-05-01] }\n`;
  fc.assert(
    fc.property(fc.nat(provider.length), fc.nat(20), fc.string({ maxLength: 6 }), (at, length, inserted) =>
      holds(plainClient, provider.slice(0, at) + inserted + provider.slice(at + length)),
    ),
    { numRuns: 50 },
  );
});

test('the same folder makes the same plan, byte by byte, whatever the order of its files', () => {
  const [first, second] = filesOf(full);
  if (!first || !second) throw new Error('two files');
  const plan = (files: Parameters<typeof decodeFolder>[0]) => JSON.stringify(decodeFolder(files));
  expect(plan([second, first])).toBe(plan([first, second]));
});

test('what a problem has seen cannot steer the terminal that shows it', () => {
  const shown = formatProblem({
    code: 'unknown-field',
    path: 'a\u001b[2J',
    saw: 'the field "\u009b31m\r"',
    want: 'less',
  });
  expect(shown).toBe('a\\x1b[2J  unknown-field: saw the field "\\x9b31m\\x0d", want less');
});
