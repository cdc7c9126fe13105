/** Whether an answer is what the check expects, from its status to what its body says. */
import type { HttpCheck, Verdict } from '../../probe/check.ts';
import type { Pattern } from '../../probe/pattern.ts';
import { textOf } from './body.ts';
import { bounded } from './bounded.ts';
import type { Answer, Head, Headers, Wanted } from './exchange.ts';
import { down, ProbeFailure, unknown } from './failure.ts';

/** Of a body that is not asked for more (`performance.md` §2: an endless one killed three of six tools). */
const usualBodyBytes = 64 * 1024;

/** For patterns and paths; a usual one needs less than a hundredth of it. */
const mostJudgingMs = 200;

type Expected = HttpCheck['expect'];

const looksInside = ({ text, regex, json }: Expected): boolean =>
  text !== undefined || regex !== undefined || json !== undefined;

export const wantedOf = ({ expect, mostBytes = usualBodyBytes, redirects }: HttpCheck): Wanted => ({
  decides: (head) => (redirects > 0 && redirection(head) !== undefined) || !expected(head.status, expect.status),
  mostBytes,
  keepsBody: looksInside(expect),
});

export const redirection = ({ status, headers }: Head): string | undefined =>
  [301, 302, 303, 307, 308].includes(status) ? first(headers.location) : undefined;

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

export const judge = (answer: Answer, check: HttpCheck, latencyMs: number): Verdict | Promise<Verdict> => {
  const { expect } = check;
  if (!expected(answer.status, expect.status)) return down('status', `status ${answer.status}`);
  const missing = missingHeader(answer.headers, expect);
  if (missing !== undefined) return down('content', missing);
  return looksInside(expect) ? judgeInside(answer, check, latencyMs) : { state: 'up', latencyMs };
};

const judgeInside = async (
  { headers, ...answer }: Answer,
  { expect, mostBytes = usualBodyBytes }: HttpCheck,
  latencyMs: number,
): Promise<Verdict> => {
  const { text, cut } = await textOf(answer.body, answer.cut, first(headers['content-encoding']), mostBytes);
  if (expect.text !== undefined && !text.includes(expect.text)) return down('content', 'the expected text is missing');
  if (expect.json !== undefined && cut)
    return down('too-large', `the answer is larger than ${mostBytes / 1024} KiB, and JSON is read whole or not at all`);
  return (await closer(text, expect)) ?? { state: 'up', latencyMs };
};

const expected = (status: number, ranges: Expected['status']): boolean =>
  ranges.some(([from, to]) => from <= status && status <= to);

const missingHeader = (headers: Headers, expect: Expected): string | undefined => {
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const value = headers[name];
    if (value === undefined) return `no header ${name}`;
    if (!String(value).includes(wanted)) return `header ${name} lacks what was expected`;
  }
  return undefined;
};

/** What patterns and paths find fault with. They are loaded by the first check that has one. */
const closer = async (text: string, { regex, json }: Expected): Promise<Verdict | undefined> => {
  if (regex !== undefined) {
    const { patternOf } = await import('../../probe/pattern.ts');
    const found = judged(() => memorized(regex, patternOf).test(text));
    if (found === undefined) {
      patterns.delete(regex); // it was stopped in the middle of its work, and may not be whole
      return unknown(`the pattern was not found or missed within ${mostJudgingMs} ms`);
    }
    if (!found.value) return down('content', 'the expected pattern is missing');
  }
  if (json !== undefined) {
    const { jsonFault } = await import('../../probe/json-path.ts');
    const found = judged(() => jsonFault(text, json));
    if (found === undefined) return unknown(`the JSON paths were not followed within ${mostJudgingMs} ms`);
    if (found.value !== undefined) return down('content', found.value);
  }
  return undefined;
};

/** What is nested deeper than a stack is, or than paths go, is not judged: nobody's fault for certain. */
const judged = <T>(work: () => T): { readonly value: T } | undefined => {
  try {
    return bounded(work, mostJudgingMs);
  } catch (error) {
    if (error instanceof Error && (error instanceof RangeError || error.name === 'JSONPathRecursionLimitError'))
      throw new ProbeFailure(unknown(`the answer is nested too deeply: ${error.message}`));
    throw error;
  }
};

/** Compiled once: 960 checks of a shard have few patterns among them. */
const patterns = new Map<string, Pattern>();
const memorized = (regex: string, patternOf: (source: string) => Pattern | { readonly want: string }): Pattern => {
  const known = patterns.get(regex);
  if (known) return known;
  const pattern = patternOf(regex);
  if ('want' in pattern) throw new Error(`not a pattern: ${regex}`);
  if (patterns.size === 1_000) patterns.clear();
  patterns.set(regex, pattern);
  return pattern;
};
