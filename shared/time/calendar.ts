/** Wall clocks and calendars. The only door to luxon, and nothing in here asks what day it is today. */
import { IANAZone } from 'luxon';
import { type EpochMs, epochMs, type Interval, interval } from './span.ts';

export const dayMs = 86_400_000;

/** Where the UTC day of an instant begins. */
export const utcDayOf = (at: number): EpochMs => epochMs(Math.floor(at / dayMs) * dayMs);

/** The UTC days that hold some of an interval. */
export const utcDaysIn = ({ start, end }: Interval): EpochMs[] => {
  const first = utcDayOf(start);
  return Array.from({ length: Math.ceil((end - first) / dayMs) }, (_, at) => epochMs(first + at * dayMs));
};

export const isZone = (zone: string): boolean => IANAZone.isValidZone(zone);

/** A month asks for the same few midnights again and again; the answers never change, and a full table starts over. */
const known = new Map<string, Map<number, number>>();
const mostKnown = 20_000;

/** How far a wall clock in `zone` is ahead of UTC at an instant. */
export const offsetMs = (zone: string, at: number): number => {
  const ofZone = known.get(zone) ?? new Map<number, number>();
  const before = ofZone.get(at);
  if (before !== undefined) return before;
  const minutes = IANAZone.create(zone).offset(at);
  if (Number.isNaN(minutes)) throw new Error(`not a time zone: ${zone}`);
  if (ofZone.size >= mostKnown) ofZone.clear();
  known.set(zone, ofZone.set(at, minutes * 60_000));
  return minutes * 60_000;
};

/**
 * When a wall clock in `zone` shows `date` `time`.
 * A repeated time (autumn) is the earlier one; a skipped time (spring) moves on by the gap.
 *
 * Units   `YYYY-MM-DD`, `HH:mm` or `HH:mm:ss`, `24:00` for the end of the day, IANA zone; result in epoch ms.
 * Errors  throws on an unreadable zone or date: contracts are decoded first.
 * Source  Temporal, `disambiguation: 'compatible'`.
 */
export const instantOf = (date: string, time: string, zone: string): EpochMs => {
  const wall = Date.parse(`${date}T${time}Z`);
  const [before, after] = [offsetMs(zone, wall - dayMs), offsetMs(zone, wall + dayMs)];
  const exact = [before, after].find((offset) => offsetMs(zone, wall - offset) === offset);
  return epochMs(wall - (exact ?? before));
};

const dateOfWall = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** The date that a wall clock in `zone` shows at an instant. */
export const dateOf = (at: EpochMs, zone: string): string => dateOfWall(at + offsetMs(zone, at));

/** The time of day beside it, `HH:mm:ss.sss`. */
export const timeOf = (at: EpochMs, zone: string): string =>
  new Date(at + offsetMs(zone, at)).toISOString().slice(11, 23);

/** Dates count days, not milliseconds: no zone can shift them. */
export const addDays = (date: string, days: number): string => dateOfWall(Date.parse(`${date}T00:00Z`) + days * dayMs);

export const daysBetween = (from: string, to: string): number =>
  (Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / dayMs;

/** The same day N months on, or the last one of a month that has no such day. */
export const addMonths = (date: string, months: number): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dateOfWall(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
};

/** ISO: Monday is 1, Sunday 7. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00Z`).getUTCDay() || 7;

/** From local midnight of `from` to local midnight of `until`, which is not in it. */
export const daysSpan = (from: string, until: string, zone: string): Interval =>
  interval(instantOf(from, '00:00', zone), instantOf(until, '00:00', zone));

/** A calendar month, `2026-10`, as two instants: an hour shorter or longer where clocks change. */
export const monthSpan = (period: string, zone: string): Interval =>
  daysSpan(`${period}-01`, addMonths(`${period}-01`, 1), zone);

/** How many local days a span touches. */
export const daysIn = ({ start, end }: Interval, zone: string): number =>
  daysBetween(dateOf(start, zone), dateOf(epochMs(end - 1), zone)) + 1;

/** The local dates that a span touches, in order. */
export const datesIn = ({ start, end }: Interval, zone: string): string[] => {
  const first = dateOf(start, zone);
  return Array.from({ length: daysIn({ start, end }, zone) }, (_, day) => addDays(first, day));
};
