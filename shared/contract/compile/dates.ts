/** What changes when: blocks of a file in the order in which they come into force. */
import type { Path } from './reading.ts';

interface Change {
  readonly from: string;
}

/** Days must rise; the path of the first that does not, and of the one before it. */
export const outOfOrder = (
  changes: readonly Change[],
  path: Path,
): { readonly at: Path; readonly against: Path } | undefined => {
  const i = changes.findIndex(({ from }, at) => at > 0 && from <= (changes[at - 1]?.from ?? ''));
  return i < 0 ? undefined : { at: [...path, i, 'from'], against: [...path, i - 1, 'from'] };
};

/** The last word on a field at a date: its changes that have come into force, or what was there from the start. */
export const atDate = <C extends Change, K extends keyof C>(
  first: C[K] | undefined,
  changes: readonly C[] | undefined,
  field: K,
  date: string,
): C[K] | undefined =>
  (changes ?? []).reduce<C[K] | undefined>(
    (said, change) => (change.from <= date ? (change[field] ?? said) : said),
    first,
  );

/** First days of the versions of something that lives from `since` to `until`: `since`, then every change inside. */
export const versionDays = (since: string, until: string | undefined, days: readonly string[]): string[] => [
  since,
  ...new Set(days.filter((day) => day > since && (until === undefined || day < until)).sort()),
];
