/**
 * The events of an iCalendar file, on wall clocks: what they are as instants is for `icalendar-expand.ts`.
 *
 * Zones   a time with TZID is on that clock, one with `Z` in UTC, one with neither, and a day, on the reader's own.
 * Errors  everything that is wrong, each with its line; nothing is guessed. What a window has no use for (alarms, places,
 *         guests) is not looked at.
 */
import { instantOf } from './calendar.ts';
import {
  type CalendarComponent,
  type CalendarFault,
  type CalendarProperty,
  readComponents,
} from './icalendar-lines.ts';
import { zoneBehind } from './icalendar-zones.ts';
import { ruleFault } from './recurrence-rule.ts';
import type { EpochMs } from './span.ts';

/** A day, or a time on a wall clock. */
export interface Wall {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

export const wallInstant = ({ date, time, zone }: Wall): EpochMs => instantOf(date, time, zone);

export interface CalendarEvent {
  readonly uid: string;
  readonly line: number;
  readonly sequence: number;
  readonly summary: string;
  readonly cancelled: boolean;
  readonly allDay: boolean;
  readonly start: Wall;
  readonly length: { readonly days: number } | { readonly ms: number };
  readonly rule?: { readonly text: string; readonly line: number };
  /** EXDATE. */
  readonly except: readonly Wall[];
  /** RDATE. */
  readonly also: readonly Wall[];
  /** RECURRENCE-ID: the occurrence of its series that this one takes the place of. */
  readonly instead?: Wall;
  /** Properties of a program's own, `x-vigie-services`, with their lines. */
  readonly own: ReadonlyMap<string, { readonly text: string; readonly line: number }>;
}

/** The only ones that an answer may depend on: before 1970 and after 2199 nobody has a window. */
const years = /^(?:19[7-9]\d|20\d\d|21\d\d)-/;
const isDay = (date: string): boolean => {
  const at = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
};
const written = /^(\d{4}-\d{2}-\d{2})(?:T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(Z)?)?$/;
const durationOf = /^\+?P(?:(\d{1,3})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)$/;

class EventReader {
  readonly faults: CalendarFault[] = [];
  private readonly zone: string;
  private readonly locations: ReadonlyMap<string, string>;

  constructor(zone: string, locations: ReadonlyMap<string, string>) {
    this.zone = zone;
    this.locations = locations;
  }

  private fault(code: CalendarFault['code'], line: number, saw: string, want: string): undefined {
    this.faults.push({ code, line, saw, want });
    return undefined;
  }

  private zoneOf({ parameters, line }: CalendarProperty, utc: boolean): string | undefined {
    if (utc) return 'UTC';
    const { tzid } = parameters;
    if (tzid === undefined) return this.zone;
    const known = zoneBehind(tzid, this.locations);
    return known ?? this.fault('unknown-zone', line, `TZID=${tzid.slice(0, 60)}`, 'an IANA time zone: Europe/Paris');
  }

  /** Every value of a property: a day, or a time; one that is neither is a fault. */
  private walls(property: CalendarProperty): { readonly wall: Wall; readonly allDay: boolean }[] {
    return property.values.flatMap((value) => {
      const [, date = '', time, utc] = written.exec(value) ?? [];
      if (!isDay(date) || !years.test(date)) {
        const want = `a day such as 20261130 or a time such as 20261130T220000, from 1970 to 2199`;
        this.fault('bad-value', property.line, `${property.name.toUpperCase()} ${value.slice(0, 60)}`, want);
        return [];
      }
      const zone = time === undefined ? this.zone : this.zoneOf(property, utc !== undefined);
      return zone === undefined ? [] : [{ wall: { date, time: time ?? '00:00:00', zone }, allDay: time === undefined }];
    });
  }

  /** Values of the kind that the event's own start is: a day does not name an occurrence at 22:00. */
  private wallsLike(properties: readonly CalendarProperty[], allDay: boolean): Wall[] {
    return properties.flatMap((property) =>
      this.walls(property).flatMap((one) => {
        if (one.allDay === allDay) return [one.wall];
        const saw = `${property.name.toUpperCase()} ${property.raw.slice(0, 60)}`;
        this.fault('contradiction', property.line, saw, `${allDay ? 'a day' : 'a time'}, as DTSTART is`);
        return [];
      }),
    );
  }

  private lengthOf(event: CalendarComponent, start: Wall, allDay: boolean): CalendarEvent['length'] | undefined {
    const end = event.properties.find(({ name }) => name === 'dtend');
    const duration = event.properties.find(({ name }) => name === 'duration');
    if (end && duration) return this.fault('contradiction', duration.line, 'DURATION beside DTEND', 'one of them');
    if (!end && !duration) {
      const want = 'DTEND or DURATION: when does it end?';
      return allDay ? { days: 1 } : this.fault('missing-field', event.line, 'neither DTEND nor DURATION', want);
    }
    if (duration) {
      const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (
        durationOf.exec(duration.raw.trim()) ?? []
      ).map((part: string | undefined) => Number(part ?? 0));
      const whole = weeks * 7 + days;
      const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
      if (whole * 86_400_000 + ms === 0 || (allDay && ms > 0))
        return this.fault('bad-value', duration.line, duration.raw, allDay ? 'whole days such as P2D' : 'such as PT2H');
      return allDay ? { days: whole } : { ms: whole * 86_400_000 + ms };
    }
    const [last] = end ? this.walls(end) : [];
    if (!end || !last) return undefined;
    const ms = wallInstant(last.wall) - wallInstant(start);
    if (last.allDay !== allDay || ms <= 0)
      return this.fault('bad-value', end.line, `DTEND ${end.raw}`, `${allDay ? 'a day' : 'a time'} after DTSTART`);
    return allDay ? { days: Math.round((Date.parse(last.wall.date) - Date.parse(start.date)) / 86_400_000) } : { ms };
  }

  /** UNTIL as an instant where the rule has a time that floats: RFC 5545 lets it float with its event. */
  private ruleOf(property: CalendarProperty, start: Wall): CalendarEvent['rule'] | undefined {
    const text = property.raw.trim().toUpperCase().replace(/;$/, '');
    const floating = /UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?=;|$)/.exec(text);
    const [, year, month, day, hour, minute, second] = floating ?? [];
    const until = floating && new Date(instantOf(`${year}-${month}-${day}`, `${hour}:${minute}:${second}`, start.zone));
    const exact = until ? text.replace(floating[0], `UNTIL=${compactUtc(until)}`) : text;
    const wrong = ruleFault(exact);
    if (wrong) return this.fault(wrong.code, property.line, `RRULE ${text.slice(0, 80)}`, wrong.want);
    return { text: exact, line: property.line };
  }

  event(component: CalendarComponent): CalendarEvent | undefined {
    const { properties, line } = component;
    const of = (name: string) => properties.filter((property) => property.name === name);
    const uid = of('uid')[0]?.raw.trim();
    if (!uid || uid.length > 255)
      return this.fault('missing-field', line, 'an event without a usable UID', 'a UID of 1 to 255 characters');
    const [dtstart, second] = of('dtstart');
    if (!dtstart || second)
      return this.fault('missing-field', second?.line ?? line, 'not one DTSTART', 'one DTSTART: when does it begin?');
    const [first] = this.walls(dtstart);
    if (!first) return undefined;
    const { wall: start, allDay } = first;
    const length = this.lengthOf(component, start, allDay);
    const rules = of('rrule');
    if (rules[1]) this.fault('contradiction', rules[1].line, 'a second RRULE', 'one rule an event');
    for (const name of ['exrule']) for (const one of of(name)) this.fault('bad-value', one.line, 'EXRULE', 'EXDATE');
    const rule = rules[0] && this.ruleOf(rules[0], start);
    const [id] = of('recurrence-id');
    if (id?.parameters.range) this.fault('bad-value', id.line, 'RANGE=THISANDFUTURE', 'each occurrence by itself');
    const [instead] = this.wallsLike(of('recurrence-id'), allDay);
    const [status] = of('status');
    if (!length) return undefined;
    return {
      uid,
      line,
      sequence: Number(of('sequence')[0]?.raw) || 0,
      summary: (of('summary')[0]?.values[0] ?? '').trim(),
      cancelled: status?.raw.trim().toUpperCase() === 'CANCELLED',
      allDay,
      start,
      length,
      ...(rule && { rule }),
      except: this.wallsLike(of('exdate'), allDay),
      also: this.wallsLike(of('rdate'), allDay),
      ...(instead && { instead }),
      own: new Map(
        properties
          .filter(({ name }) => name.startsWith('x-'))
          .map(({ name, raw, line: at }) => [name, { text: raw, line: at }]),
      ),
    };
  }
}

export const compactUtc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

/** What each VTIMEZONE says of itself. */
const locationsOf = (calendar: CalendarComponent): Map<string, string> =>
  new Map(
    calendar.components
      .filter(({ name }) => name === 'vtimezone')
      .flatMap(({ properties }) => {
        const [tzid, location] = ['tzid', 'x-lic-location'].map(
          (name) => properties.find((one) => one.name === name)?.raw,
        );
        return tzid !== undefined && location !== undefined ? [[tzid, location] as const] : [];
      }),
  );

export type CalendarRead =
  | { readonly ok: true; readonly events: readonly CalendarEvent[] }
  | { readonly ok: false; readonly faults: readonly CalendarFault[] };

/** @param zone The clock of days, and of times that name none. */
export const readCalendar = (text: string, zone: string): CalendarRead => {
  const { calendars, faults } = readComponents(text);
  const found: CalendarFault[] = [...faults];
  const events = calendars.flatMap((calendar) => {
    const reader = new EventReader(zone, locationsOf(calendar));
    const method = calendar.properties
      .find(({ name }) => name === 'method')
      ?.raw.trim()
      .toUpperCase();
    const own = calendar.components
      .filter(({ name }) => name === 'vevent')
      .flatMap((component) => reader.event(component) ?? [])
      .map((event) => (method === 'CANCEL' ? { ...event, cancelled: true } : event));
    found.push(...reader.faults);
    return own;
  });
  return found.length > 0 ? { ok: false, faults: found } : { ok: true, events };
};
