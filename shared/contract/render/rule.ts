/** A recurrence rule in words, where it is one of the plain ones; any other is shown as it is written. */
import type { Format } from '../../statement/language/format.ts';
import type { ScheduleWords } from './words.ts';

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

export const ruleInWords = (rrule: string, words: ScheduleWords, format: Format): string => {
  const parts = new Map([...rrule.matchAll(/([A-Z]+)=([^;]+)/g)].map(([, name = '', value = '']) => [name, value]));
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const known = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'WKST']);
  if ([...parts.keys()].some((part) => !known.has(part))) return rrule;
  const [freq, byDay, byMonthDay] = [parts.get('FREQ'), parts.get('BYDAY'), parts.get('BYMONTHDAY')];
  const weekday = (code: string): string => format.weekday(days.indexOf(code) + 1);
  if (freq === 'DAILY' && !byDay && !byMonthDay) return words.daily(interval);
  if (freq === 'WEEKLY' && byDay && /^[A-Z,]+$/.test(byDay))
    return words.weekly(format.list(byDay.split(',').map(weekday)), interval);
  const [, ordinal, day] = /^(-?\d)([A-Z]{2})$/.exec(byDay ?? '') ?? [];
  const nth = words.ordinals[ordinal ?? ''];
  if (freq === 'MONTHLY' && nth && day && !byMonthDay) return words.monthlyOn(nth, weekday(day), interval);
  if (freq === 'MONTHLY' && !byDay && byMonthDay && /^\d+$/.test(byMonthDay))
    return words.monthlyDay(Number(byMonthDay), interval);
  return rrule;
};
