/** A client's maintenance as an iCalendar file, and what such a file makes of their windows. Pure. */
import type { ClientPlan } from '../contract/plan.ts';
import type { RecurringWindow } from '../contract/terms.ts';
import { instantOf } from '../time/calendar.ts';
import type { CalendarOccurrence, Expanded } from '../time/icalendar-expand.ts';
import { type CalendarEventToWrite, writeCalendar } from '../time/icalendar-write.ts';
import { occurrencesIn } from '../time/recurrence.ts';
import { type EpochMs, type Interval, interval } from '../time/span.ts';
import type { MaintenanceWindow } from './evidence.ts';
import type { DeclaredWindow } from './windows.ts';

const uidOf = (client: string, id: string): string => `${id}@${client}.vigie`;

/** The window that Vigie itself wrote under this UID; a window of the contract's own begins with `contract-`. */
export const windowIdIn = (uid: string, client: string): string | undefined =>
  uid.endsWith(uidOf(client, '')) ? uid.slice(0, -uidOf(client, '').length) : undefined;

const ownProperties = (kind: MaintenanceWindow['kind'], services: readonly string[] | undefined) => ({
  ...(kind === 'emergency' && { 'X-VIGIE-KIND': kind }),
  ...(services && { 'X-VIGIE-SERVICES': services.join(' ') }),
});

const declaredEvent = (client: ClientPlan, window: DeclaredWindow): CalendarEventToWrite => ({
  uid: uidOf(client.id, window.id),
  stamp: window.declaredAt,
  sequence: window.cancelled ? 1 : 0,
  summary: window.reason,
  description: `Declared by ${window.by}${window.cancelled ? `, cancelled by ${window.cancelled.by}` : ''}`,
  cancelled: window.cancelled !== undefined,
  start: window.start,
  lengthMs: window.end - window.start,
  own: ownProperties(window.kind, window.services),
});

/** A recurring window of a service, and how long it is in force. */
interface InForce {
  readonly window: RecurringWindow;
  readonly service: string;
  readonly from: EpochMs;
  readonly until: EpochMs | undefined;
}

const sameWindow = (a: RecurringWindow, b: RecurringWindow): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Versions of the terms that say the same, one after the other, are one. */
const recurringOf = ({ services, zone }: ClientPlan): InForce[] =>
  services.flatMap(({ id: service, versions }) => {
    const all: InForce[] = [];
    for (const [i, { from, terms }] of versions.entries()) {
      const next = versions[i + 1];
      const begins = instantOf(from, '00:00', zone);
      const until = next && instantOf(next.from, '00:00', zone);
      const said = terms.clauses.flatMap(({ measure }) =>
        measure.kind === 'time' ? measure.maintenance.recurring : [],
      );
      for (const window of new Map(said.map((one) => [one.id, one])).values()) {
        const before = all.findIndex((one) => one.until === begins && sameWindow(one.window, window));
        const known = all[before];
        if (known) all[before] = { ...known, until };
        else all.push({ window, service, from: begins, until });
      }
    }
    return all;
  });

const farMs = 100 * 366 * 86_400_000;
/** A rule that brings nothing in so long brings nothing. */
const longestSilenceMs = 5 * 366 * 86_400_000;

/** The rule as it holds from its first occurrence in force to the last one: COUNT is what is left of it. */
const contractEvent = (client: ClientPlan, { window, service, from, until }: InForce): CalendarEventToWrite[] => {
  const { rrule, lengthMs } = window;
  const begun = Math.max(from, instantOf(window.date, '00:00', window.zone));
  const near = occurrencesIn(
    { ...window, lengthMs: 1 },
    interval(begun, Math.min(until ?? farMs, begun + longestSilenceMs)),
  );
  const [first] = near;
  if (!first) return [];
  const counted = /COUNT=\d+/.exec(rrule)?.[0];
  const rest = counted && occurrencesIn({ ...window, lengthMs: 1 }, interval(first.start, until ?? farMs)).length;
  const ends = until === undefined ? '' : `;UNTIL=${new Date(until - 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const rule = counted
    ? rrule.replace(counted, `COUNT=${rest}`)
    : until !== undefined
      ? `${rrule.replace(/;UNTIL=[^;]+/, '')}${ends}`
      : rrule;
  return [
    {
      uid: uidOf(client.id, `contract-${service}-${window.id}-${new Date(first.start).toISOString().slice(0, 10)}`),
      stamp: instantOf(client.since, '00:00', client.zone),
      sequence: 0,
      summary: window.id,
      description: 'Recurs by contract',
      cancelled: false,
      start: first.start,
      lengthMs,
      series: { zone: window.zone, rule },
      own: ownProperties(window.kind, [service]),
    },
  ];
};

/** @param within Only windows that touch it; a series is written whole if one of its occurrences does. */
export const calendarOf = (client: ClientPlan, windows: readonly DeclaredWindow[], within: Interval): string => {
  const touches = ({ start, end }: Interval) => start < within.end && end > within.start;
  const recurring = recurringOf(client).filter(({ window, from, until }) => {
    const [start, end] = [Math.max(within.start, from), Math.min(within.end, until ?? within.end, farMs)];
    const soon = Math.min(end, start + longestSilenceMs);
    return start < soon && occurrencesIn(window, interval(start, soon)).length > 0;
  });
  const events = [
    ...windows.filter(touches).map((window) => declaredEvent(client, window)),
    ...recurring.flatMap((one) => contractEvent(client, one)),
  ];
  return writeCalendar(events, `${client.name}: maintenance`);
};

/** What the events of a file ask for, of one window each. */
export interface WantedWindow {
  readonly occurrence: CalendarOccurrence;
  readonly kind: MaintenanceWindow['kind'];
  readonly services?: readonly string[];
}

export interface CalendarChanges {
  /** To declare; `instead` are the windows that it takes the place of. */
  readonly add: readonly {
    readonly wanted: WantedWindow;
    readonly instead: readonly DeclaredWindow[];
    readonly nth: number;
  }[];
  readonly cancel: readonly DeclaredWindow[];
  readonly unchanged: readonly DeclaredWindow[];
  /** Cancelled by hand since: the file does not bring them back. */
  readonly left: readonly DeclaredWindow[];
}

const same = (window: DeclaredWindow, { occurrence, kind, services }: WantedWindow): boolean =>
  window.start === occurrence.start &&
  window.end === occurrence.end &&
  window.kind === kind &&
  JSON.stringify(window.services ?? null) === JSON.stringify(services ?? null);

/**
 * Windows are never changed: a moved event cancels one and declares another. What is over is left alone, and so is what
 * lies beyond the horizon.
 */
export const changesBy = (
  client: string,
  known: readonly DeclaredWindow[],
  { whole, single }: Expanded,
  wanted: readonly WantedWindow[],
  horizon: Interval,
): CalendarChanges => {
  const keyOf = (uid: string, of: EpochMs | undefined): string => JSON.stringify([uid, of ?? null]);
  const ofKey = Map.groupBy(known, ({ id, event }) =>
    event ? keyOf(event.uid, event.of) : keyOf(uidOf(client, id), undefined),
  );
  const standing = (windows: readonly DeclaredWindow[]) => windows.filter(({ cancelled }) => !cancelled);
  const add: CalendarChanges['add'][number][] = [];
  const [unchanged, left, cancel]: [DeclaredWindow[], DeclaredWindow[], DeclaredWindow[]] = [[], [], []];
  const seen = new Set<string>();
  for (const one of wanted) {
    const key = keyOf(one.occurrence.event.uid, one.occurrence.of);
    seen.add(key);
    const before = ofKey.get(key) ?? [];
    const there = standing(before).find((window) => same(window, one));
    const others = standing(before).filter((window) => window !== there && window.end > horizon.start);
    const last = before.toSorted((a, b) => a.declaredAt - b.declaredAt).at(-1);
    if (there) {
      unchanged.push(there);
      cancel.push(...others);
    } else if (last?.cancelled && same(last, one) && others.length === 0) left.push(last);
    else add.push({ wanted: one, instead: others, nth: before.length });
  }
  const spoken = new Set(single.map(({ uid, of }) => keyOf(uid, of)));
  for (const window of standing(known)) {
    const uid = window.event?.uid ?? uidOf(client, window.id);
    const key = keyOf(uid, window.event?.of);
    const near = window.end > horizon.start && window.start < horizon.end;
    if (near && !seen.has(key) && (whole.has(uid) || spoken.has(key))) cancel.push(window);
  }
  return { add, cancel, unchanged, left };
};
