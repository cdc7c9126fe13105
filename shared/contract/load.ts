/** One file of the folder, read as far as it can be: what is wrong is reported, set aside, and the rest still judged. */
import type { z } from 'zod';
import type { Problem } from './problem.ts';
import { inSource, inside, parse, show } from './report.ts';
import { pathText, type Source } from './source.ts';

type Path = readonly PropertyKey[];

export interface Loaded<T> {
  readonly source: Source;
  readonly value: T;
  /** The same as written, without what was set aside: what inheritance is laid out of. */
  readonly raw: unknown;
  /** What was set aside, as written in the file. */
  readonly aside: readonly Path[];
}

const isBlock = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without the field at a path. Of a list the whole list goes, or what stands behind would move up a line. */
const without = (value: unknown, path: Path): unknown => {
  const [key, ...rest] = path;
  if (key === undefined || !isBlock(value)) return undefined;
  const { [String(key)]: field, ...others } = value;
  const left = rest.length === 0 ? undefined : without(field, rest);
  return left === undefined ? others : { ...value, [String(key)]: left };
};

/** Each round sets aside a level more; a field that cannot be had takes its block with it. */
const maxRounds = 8;

/**
 * @param stand What takes the place of required fields at the top that are missing or wrong, so that one bad id does
 *   not hide the other problems of a file.
 */
export const load = <T>(
  schema: z.ZodType<T>,
  source: Source,
  stand: Readonly<Record<string, string>>,
): { readonly loaded?: Loaded<T>; readonly problems: readonly Problem[] } => {
  const locate = inSource(source);
  const first = parse(schema, source.value, locate);
  if (first.value !== undefined)
    return { loaded: { source, value: first.value, raw: source.value, aside: [] }, problems: [] };
  let raw = source.value;
  const aside: Path[] = [];
  for (let round = 0; round < maxRounds && isBlock(raw); round++) {
    const paths: Path[] = [];
    const attempt = parse(schema, { ...stand, ...raw }, (path) => {
      paths.push(path);
      return locate(path);
    });
    if (attempt.value !== undefined)
      return { loaded: { source, value: attempt.value, raw, aside }, problems: first.problems };
    for (const path of paths) {
      const there = inside(raw, path) !== undefined;
      aside.push(there ? path : path.slice(0, -1));
      raw = without(raw, there ? path : path.slice(0, -1));
      if (!isBlock(raw)) break;
    }
  }
  return { problems: first.problems };
};

/** Blocks whose names other fields refer to. */
const referred = [
  'endpoints',
  'places',
  'services',
  'tiers',
  'severities',
  'contacts',
  'holidays',
  'clauses',
  'response',
];

/** Whether a complaint may only be there because something else was set aside: it is not worth a reader's time. */
export const causedBySettingAside = (
  { code, path, saw, file }: Problem,
  loaded: readonly Loaded<unknown>[],
): boolean => {
  const aside = loaded.flatMap(({ source, aside: paths }) => paths.map((at) => ({ file: source.file, at })));
  if (code === 'unknown-reference')
    return aside.some(({ at }) => referred.includes(String(at.at(-1))) || saw === show(String(at.at(-1))));
  return code === 'missing-field' && aside.some((one) => one.file === file && pathText(one.at).startsWith(path));
};
