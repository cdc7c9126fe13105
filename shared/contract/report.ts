/** What a schema refuses, as problems with file, line, what was seen and what was wanted. */
import * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { Refusal } from './language/fields.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { type Position, pathText, type Source } from './source.ts';

export interface Place extends Position {
  readonly file: string;
  readonly path: readonly PropertyKey[];
}

/** `"99.9 %"`, `999`, `nothing`, `a block with id, name`: short, and never the whole of a long text. */
export const show = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value !== 'object') return String(value);
  const keys = Object.keys(value);
  return keys.length === 0
    ? 'an empty block'
    : `a block with ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}`;
};

/** The value at a path; never one that is only inherited from a prototype. */
export const inside = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined),
    value,
  );

/** Words for the refusals that a field does not word itself; of unknown fields, the ones there are. */
const words: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(' ') : '';
    case 'invalid_type':
      if (issue.expected === 'object') return 'a block of fields (name: value)';
      if (issue.expected === 'record') return 'a block of named things';
      return issue.expected === 'array' ? 'a list (- item)' : `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.map((value) => String(value)).join(' or ');
    case 'too_small':
      return issue.origin === 'array' ? 'at least one' : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    default:
      return undefined;
  }
};

type Issue = z.core.$ZodIssue;

const isRefusal = (params: unknown): params is Refusal =>
  typeof params === 'object' && params !== null && 'want' in params;

const codeOf = (issue: Issue, seen: unknown): ProblemCode => {
  switch (issue.code) {
    case 'invalid_type':
      return seen === undefined || seen === null ? 'missing-field' : 'wrong-kind';
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
      return 'out-of-range';
    default:
      return seen === undefined ? 'missing-field' : 'bad-value';
  }
};

/** Of a choice the alternative that was meant: the one whose own shape fits, that knows the fields, with the fewest complaints. */
const meant = (issue: Issue & { code: 'invalid_union' }): readonly Issue[] => {
  const fitting = issue.errors.filter((errors) =>
    errors.every(({ code, path }) => path.length > 0 || code === 'custom' || code === 'unrecognized_keys'),
  );
  const strange = (errors: readonly Issue[]) => errors.filter(({ code }) => code === 'unrecognized_keys').length;
  const nearest = fitting.toSorted((a, b) => strange(a) - strange(b) || a.length - b.length)[0];
  if (nearest) return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  return [];
};

interface Seen {
  readonly code: ProblemCode;
  readonly path: readonly PropertyKey[];
  readonly saw: string;
  readonly want: string;
}

const seenIn = (value: unknown, issue: Issue): Seen[] => {
  const seen = inside(value, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map((key) => ({
      code: 'unknown-field' as const,
      path: [...issue.path, key],
      saw: `the field "${key}"`,
      want: `a field of this block: ${didYouMean(key, known)}`,
    }));
  }
  if (issue.code === 'invalid_union') {
    const branch = meant(issue);
    if (branch.length > 0) return branch.flatMap((inner) => seenIn(value, inner));
    const own = issue.message === 'Invalid input' ? undefined : issue.message;
    const wants = new Set(issue.errors.flatMap((errors) => errors.slice(0, 1).map(({ message }) => message)));
    const code = seen === undefined || seen === null ? 'missing-field' : 'bad-value';
    return [{ code, path: issue.path, saw: show(seen), want: own ?? [...wants].join(', or ') }];
  }
  if (issue.code === 'invalid_key') {
    const want = issue.issues[0]?.message ?? 'another name';
    return [{ code: 'bad-value', path: issue.path, saw: `the name ${show(issue.path.at(-1))}`, want }];
  }
  if (issue.code === 'custom' && isRefusal(issue.params))
    return [{ code: issue.params.code, path: issue.path, saw: show(seen), want: issue.params.want }];
  return [{ code: codeOf(issue, seen), path: issue.path, saw: show(seen), want: issue.message }];
};

export const problemAt = (code: ProblemCode, saw: string, want: string, place: Place): Problem => ({
  code,
  path: pathText(place.path),
  saw,
  want,
  file: place.file,
  line: place.line,
  column: place.column,
});

/** A schema's opinion of a value, each problem at the place that `locate` knows for its path. */
export const parse = <T>(
  schema: z.ZodType<T>,
  value: unknown,
  locate: (path: readonly PropertyKey[]) => Place,
): { readonly value?: T; readonly problems: readonly Problem[] } => {
  const result = schema.safeParse(value, { error: words });
  if (result.success) return { value: result.data, problems: [] };
  const found = result.error.issues.flatMap((issue) => seenIn(value, issue));
  return { problems: found.map(({ code, path, saw, want }) => problemAt(code, saw, want, locate(path))) };
};

export const inSource =
  (source: Source) =>
  (path: readonly PropertyKey[]): Place => ({ file: source.file, path, ...source.at(path) });
