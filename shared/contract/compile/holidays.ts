/** The provider's lists of days: written out, or calendar files (iCalendar) beside provider.yaml. */
import { daysOf, expandCalendar } from '../../time/icalendar-expand.ts';
import { type CalendarEvent, readCalendar } from '../../time/icalendar-read.ts';
import { interval } from '../../time/span.ts';
import type { WrittenClient, WrittenProvider } from '../language/files.ts';
import type { Loaded } from '../load.ts';
import type { Problem } from '../problem.ts';
import { inSource, problemAt, show } from '../report.ts';
import type { SourceFile } from '../source.ts';

export type Holidays = Readonly<Record<string, readonly string[]>>;

/**
 * A day that recurs is written into the plan up to the end of this many years after the newest day that the folder's files
 * name. There is no clock here: the same files give the same plan for ever.
 */
const yearsAhead = 5;
/** Days of one list: a hundred years of public holidays are about 1,200. */
const mostDays = 2_000;

const datesOf = (changing: { readonly changes?: readonly { readonly from: string }[] | undefined }): string[] =>
  (changing.changes ?? []).map(({ from }) => from);

/** Every day on which something begins. */
const beginnings = (provider: WrittenProvider, clients: readonly WrittenClient[]): string[] => [
  ...datesOf(provider),
  ...clients.flatMap((client) => [
    client.since,
    ...datesOf(client),
    ...Object.values(client.services).flatMap(datesOf),
  ]),
];

const midnight = (date: string): number => Date.parse(`${date}T00:00Z`);

const daysIn = (
  { path: file, text }: SourceFile,
  path: string,
  begun: readonly string[],
): { readonly days: readonly string[]; readonly problems: readonly Problem[] } => {
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0) {
    const line = text.slice(0, broken).split('\n').length;
    const problem = { path, saw: 'bytes that are not UTF-8', want: 'the file saved as UTF-8', file, line };
    return { days: [], problems: [{ code: 'encoding', ...problem }] };
  }
  const refused = (faults: readonly Omit<Problem, 'path'>[]) => ({
    days: [],
    problems: faults.map((fault): Problem => ({ ...fault, path, file })),
  });
  const read = readCalendar(text, 'UTC');
  if (!read.ok) return refused(read.faults);
  const timed = read.events.filter(({ allDay, cancelled }) => !allDay && !cancelled);
  if (timed.length > 0)
    return refused(
      timed.map(({ line }) => ({
        code: 'bad-value',
        line,
        saw: 'an event of hours',
        want: 'DTSTART;VALUE=DATE: whole days',
      })),
    );
  const named = [...begun, ...read.events.map(({ start }: CalendarEvent) => start.date)].sort();
  const last = Number(named.at(-1)?.slice(0, 4)) + yearsAhead;
  const [first = '1970-01-01'] = begun.toSorted();
  const span = interval(midnight(first), midnight(`${last + 1}-01-01`));
  const all = expandCalendar(read.events, span, mostDays);
  return all.ok ? { days: daysOf(all.value.occurrences), problems: [] } : refused(all.faults);
};

/** Each list as days. A calendar that cannot be read is an empty list, and its problems. */
export const holidaysOf = (
  { value, source }: Loaded<WrittenProvider>,
  clients: readonly Loaded<WrittenClient>[],
  files: readonly SourceFile[],
  problems: Problem[],
): Holidays => {
  const begun = beginnings(
    value,
    clients.map((client) => client.value),
  );
  return Object.fromEntries(
    Object.entries(value.holidays ?? {}).map(([name, list]) => {
      if (typeof list !== 'string') return [name, list];
      const file = files.find(({ path }) => path === list);
      if (file) {
        const { days, problems: found } = daysIn(file, `holidays.${name}`, begun);
        problems.push(...found);
        return [name, days];
      }
      const want = 'a file beside provider.yaml, or in its folder holidays/';
      problems.push(problemAt('missing-file', show(list), want, inSource(source)(['holidays', name])));
      return [name, []];
    }),
  );
};
