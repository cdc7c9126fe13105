/** The text of an iCalendar file (RFC 5545 §3.1) as nested components, each property with the line that it began on. */
import ICAL from 'ical.js';

export interface CalendarFault {
  readonly code: 'syntax' | 'too-large' | 'missing-field' | 'bad-value' | 'unknown-zone' | 'contradiction';
  /** From 1. */
  readonly line: number;
  readonly saw: string;
  readonly want: string;
}

export interface CalendarProperty {
  /** In lower case. */
  readonly name: string;
  readonly line: number;
  readonly parameters: Readonly<Record<string, string>>;
  /** As text; a date is `2026-11-30`, a time `2026-11-30T22:00:00`, with `Z` in UTC. */
  readonly values: readonly string[];
  /** As written after the colon. */
  readonly raw: string;
}

export interface CalendarComponent {
  readonly name: string;
  readonly line: number;
  readonly properties: CalendarProperty[];
  readonly components: CalendarComponent[];
}

/** Characters: a year of daily windows, one by one, is about 100 KB. */
export const mostCharacters = 1_048_576;
const mostDepth = 8;
const mostComponents = 5_000;
/** One wrong program makes the same mistake on every line. */
const mostFaults = 20;

const show = (text: string): string => `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;

/** A line that begins with a space or a tab goes on with the one before. */
const unfolded = (text: string): { readonly line: number; text: string }[] => {
  const lines: { readonly line: number; text: string }[] = [];
  for (const [i, one] of text.split(/\r\n|\n|\r/).entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(one) && last) last.text += one.slice(1);
    else if (one !== '') lines.push({ line: i + 1, text: one });
  }
  return lines;
};

const propertyOf = (text: string, line: number): CalendarProperty | undefined => {
  try {
    const [name, parameters, , ...values] = ICAL.parse.property(text) as [string, Record<string, unknown>, string];
    const colon = /^(?:"[^"]*"|[^":])*:/.exec(text)?.[0].length ?? 0;
    return {
      name,
      line,
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, String(value)])),
      values: values.map((value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))),
      raw: text.slice(colon),
    };
  } catch {
    return undefined; // told by the caller, with its line
  }
};

/** The calendars of a file; of what is wrong with its form, everything up to a limit. */
export const readComponents = (
  text: string,
): { readonly calendars: readonly CalendarComponent[]; readonly faults: readonly CalendarFault[] } => {
  const faults: CalendarFault[] = [];
  const stop = (code: CalendarFault['code'], line: number, saw: string, want: string) => {
    faults.push({ code, line, saw, want });
    return { calendars: [], faults };
  };
  if (text.length > mostCharacters)
    return stop('too-large', 1, `more than ${mostCharacters} characters`, 'a calendar of this client’s windows only');
  const top: CalendarComponent = { name: '', line: 1, properties: [], components: [] };
  const open = [top];
  let components = 0;
  for (const { line, text: content } of unfolded(text.replace(/^\uFEFF/, ''))) {
    const here = open.at(-1) ?? top;
    const [, edge = '', name = ''] = /^(BEGIN|END):([A-Z0-9-]+)\s*$/i.exec(content) ?? [];
    if (edge.toUpperCase() === 'BEGIN') {
      if (++components > mostComponents)
        return stop('too-large', line, `more than ${mostComponents} components`, `at most ${mostComponents}`);
      if (open.length > mostDepth)
        return stop('syntax', line, `components nested ${open.length} deep`, `at most ${mostDepth} levels`);
      const next: CalendarComponent = { name: name.toLowerCase(), line, properties: [], components: [] };
      here.components.push(next);
      open.push(next);
    } else if (edge !== '') {
      if (here === top || name.toLowerCase() !== here.name)
        return stop(
          'syntax',
          line,
          show(content),
          here === top ? 'a BEGIN before it' : `END:${here.name.toUpperCase()}`,
        );
      open.pop();
    } else if (here === top) {
      return stop('syntax', line, show(content), 'BEGIN:VCALENDAR: an iCalendar file (RFC 5545)');
    } else {
      const property = propertyOf(content, line);
      if (property) here.properties.push(property);
      else faults.push({ code: 'syntax', line, saw: show(content), want: 'NAME;PARAMETER=VALUE:VALUE (RFC 5545)' });
      if (faults.length >= mostFaults) return { calendars: [], faults };
    }
  }
  const last = open.at(-1) ?? top;
  if (last !== top)
    return stop('syntax', last.line, `BEGIN:${last.name.toUpperCase()} without an end`, 'the whole file');
  const calendars = top.components.filter(({ name }) => name === 'vcalendar');
  if (calendars.length === 0) return stop('syntax', 1, 'no calendar', 'BEGIN:VCALENDAR: an iCalendar file (RFC 5545)');
  return { calendars, faults };
};
