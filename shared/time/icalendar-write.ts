/** Events as an iCalendar file (RFC 5545). The same events give the same bytes. */
import ICAL from 'ical.js';
import { offsetMs } from './calendar.ts';
import { compactUtc } from './icalendar-read.ts';
import type { EpochMs } from './span.ts';

export interface CalendarEventToWrite {
  /** For good: what a later file says under it takes this one's place. */
  readonly uid: string;
  /** DTSTAMP. */
  readonly stamp: EpochMs;
  readonly sequence: number;
  readonly summary: string;
  readonly description: string;
  readonly cancelled: boolean;
  readonly start: EpochMs;
  readonly lengthMs: number;
  /** A series, on the clock of its zone; without one the event is written in UTC. */
  readonly series?: { readonly zone: string; readonly rule: string };
  /** Properties of Vigie's own, by name: X-VIGIE-…. */
  readonly own: Readonly<Record<string, string>>;
}

const utc = (at: number): string => compactUtc(new Date(at));
/** The wall clock of a zone, `20261130T220000`. */
const wall = (at: number, zone: string): string => utc(at + offsetMs(zone, at)).slice(0, -1);

const escaped = (text: string): string => text.replace(/\r?\n/g, ' ').replace(/[\\;,]/g, (sign) => `\\${sign}`);

/** `P1DT2H` is a day on the wall clock and two hours; a window's length is exact, so in hours. */
const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ] as const;
  return `PT${parts.map(([many, unit]) => (many > 0 ? `${many}${unit}` : '')).join('')}`;
};

const component = (name: string, lines: readonly string[], inside: readonly ICAL.Component[] = []): ICAL.Component => {
  const made = new ICAL.Component(name);
  for (const line of lines) made.addProperty(ICAL.Property.fromString(line));
  for (const one of inside) made.addSubcomponent(one);
  return made;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Change {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** When the clock changes, to the second. */
const changesBetween = (zone: string, start: number, end: number): Change[] => {
  const changes: Change[] = [];
  for (let day = start; day < end; day += dayMs) {
    const [from, to] = [offsetMs(zone, day), offsetMs(zone, day + dayMs)];
    if (from === to) continue;
    let [before, after] = [day, day + dayMs];
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (offsetMs(zone, middle) === from) before = middle;
      else after = middle;
    }
    changes.push({ at: after, from, to });
  }
  return changes;
};

const days = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** How many years of changes are written, and looked at for a rule that they follow. */
const yearsOfChanges = 10;

/** `4 of 3:-1SU at 02:00:00 from 3600000`: changes that say the same of themselves follow one rule. */
const habitsOf = ({ at, from }: Change): { readonly month: number; readonly byDay: readonly string[] } => {
  const local = new Date(at + from);
  const day = local.getUTCDate();
  const length = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const name = days[local.getUTCDay()] ?? 'SU';
  const nth = `${Math.ceil(day / 7)}${name}`;
  return { month: local.getUTCMonth() + 1, byDay: day > length - 7 ? [`-1${name}`, nth] : [nth] };
};

const sign = (ms: number): string => {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
};

const observance = ({ at, from, to }: Change, rule?: string): ICAL.Component =>
  component(to > from ? 'daylight' : 'standard', [
    `DTSTART:${utc(at + from).slice(0, -1)}`,
    `TZOFFSETFROM:${sign(from)}`,
    `TZOFFSETTO:${sign(to)}`,
    ...(rule ? [`RRULE:${rule}`] : []),
  ]);

/** The changes of one kind as a rule for ever, where all of the years agree on one. */
const ruleOf = (changes: readonly Change[]): string | undefined => {
  const habits = changes.map(habitsOf);
  const month = habits[0]?.month;
  const byDay = habits[0]?.byDay.find((day) => habits.every((one) => one.month === month && one.byDay.includes(day)));
  const sameTime = new Set(changes.map(({ at, from, to }) => `${utc(at + from).slice(8)} ${from} ${to}`)).size === 1;
  return changes.length === yearsOfChanges && byDay !== undefined && sameTime
    ? `FREQ=YEARLY;BYMONTH=${month};BYDAY=${byDay}`
    : undefined;
};

/** What a program needs that does not know the zone by its name: its changes from the year of the first event on. */
const timeZone = (zone: string, first: EpochMs): ICAL.Component => {
  const year = new Date(first).getUTCFullYear() - 1;
  const start = Date.UTC(year, 0, 1);
  const changes = changesBetween(zone, start, Date.UTC(year + yearsOfChanges, 0, 1));
  const offset = offsetMs(zone, start);
  const kinds = [changes.filter(({ from, to }) => to > from), changes.filter(({ from, to }) => to < from)];
  const observances = kinds.flatMap((kind) => {
    const rule = ruleOf(kind);
    return rule === undefined
      ? kind.map((change) => observance(change))
      : kind.slice(0, 1).map((one) => observance(one, rule));
  });
  return component(
    'vtimezone',
    [`TZID:${zone}`, `X-LIC-LOCATION:${zone}`],
    [observance({ at: start, from: offset, to: offset }), ...observances],
  );
};

const eventOf = (event: CalendarEventToWrite): ICAL.Component => {
  const { start, series } = event;
  return component('vevent', [
    `UID:${event.uid}`,
    `DTSTAMP:${utc(event.stamp)}`,
    `SEQUENCE:${event.sequence}`,
    series ? `DTSTART;TZID=${series.zone}:${wall(start, series.zone)}` : `DTSTART:${utc(start)}`,
    `DURATION:${duration(event.lengthMs)}`,
    ...(series ? [`RRULE:${series.rule}`] : []),
    `SUMMARY:${escaped(event.summary)}`,
    `DESCRIPTION:${escaped(event.description)}`,
    `STATUS:${event.cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    ...Object.entries(event.own).map(([name, text]) => `${name}:${text}`),
  ]);
};

/** @param name What a calendar program shows for the whole. */
export const writeCalendar = (events: readonly CalendarEventToWrite[], name: string): string => {
  const zones = new Map<string, EpochMs>();
  for (const { series, start } of events)
    if (series && series.zone !== 'UTC') {
      const before = zones.get(series.zone);
      zones.set(series.zone, before !== undefined && before < start ? before : start);
    }
  const inOrder = events.toSorted((a, b) => a.start - b.start || (a.uid < b.uid ? -1 : 1));
  const calendar = component(
    'vcalendar',
    ['VERSION:2.0', 'PRODID:-//Vigie//Maintenance windows//EN', `X-WR-CALNAME:${escaped(name)}`],
    [...[...zones].sort().map(([zone, first]) => timeZone(zone, first)), ...inOrder.map(eventOf)],
  );
  return `${calendar.toString()}\r\n`;
};
