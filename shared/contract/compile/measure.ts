/** How time lost is measured: hours, maintenance, outages. */
import { formatFraction } from '../../money/fraction.ts';
import type { Compose } from '../compose.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { WrittenCompose, WrittenHours, WrittenTerms } from '../language/terms.ts';
import type { Granularity, Hours, RecurringWindow, TimeMeasure, WindowRule } from '../terms.ts';
import type { Path, Reading } from './reading.ts';

export type WrittenDowntime = NonNullable<WrittenTerms['downtime']>;
type WrittenMaintenance = NonNullable<WrittenTerms['maintenance']>;
type WrittenRule = NonNullable<WrittenMaintenance['emergency']>;

export const hoursOf = (written: WrittenHours | undefined, path: Path, reading: Reading): Hours | undefined => {
  if (written === undefined || written === 'around-the-clock') return undefined;
  const holidays = (written.holidays ?? []).flatMap((day, i) => {
    if (/^\d{4}-\d{2}-\d{2}$/.test(day)) return [day]; // no list is called like a day
    const list = reading.holidays[day];
    if (!list)
      reading.complain(
        [...path, 'holidays', i],
        'unknown-reference',
        `a day, or a list under "holidays" of provider.yaml: ${didYouMean(day, Object.keys(reading.holidays))}`,
      );
    return list ?? [];
  });
  return {
    zone: written.zone ?? reading.zone,
    weekly: written.weekly,
    holidays: [...new Set(holidays)].sort(),
  };
};

const given = <T>(value: T | 'none' | undefined): T | undefined => (value === 'none' ? undefined : value);

const ruleOf = (written: WrittenRule, path: Path, reading: Reading): WindowRule => {
  const within = hoursOf(written.within, [...path, 'within'], reading);
  const longestMs = given(written.longest);
  const cap = given(written.cap);
  const most = given(written.most);
  return {
    treat: written.treat ?? 'exclude',
    noticeMs: written.notice ?? 0,
    late: written.late ?? 'nothing',
    ...(within && { within }),
    ...(written.overrun === 'excused' && { overrun: written.overrun }),
    ...(longestMs !== undefined && { longestMs }),
    ...(cap && { cap }),
    ...(most && { most }),
  };
};

const recurringOf = (written: WrittenMaintenance['windows'], { zone }: Reading): RecurringWindow[] =>
  Object.entries(written ?? {}).map(([id, window]) => ({
    id,
    kind: window.kind ?? 'scheduled',
    rrule: window.rule,
    zone: window.zone ?? zone,
    date: window.first,
    time: window.at,
    lengthMs: window.for,
  }));

const granularityOf = (written: WrittenDowntime['granularity'], path: Path, { complain }: Reading): Granularity => {
  if (written === undefined || written === 'exact') return { kind: 'exact' };
  if (written === 'samples') return { kind: 'samples' };
  const ms = 'whole' in written ? written.whole : 'buckets' in written ? written.buckets : written['mean-of-buckets'];
  if (ms === 0) complain(path, 'out-of-range', 'a length of more than nothing');
  const unitMs = Math.max(ms, 1);
  if ('whole' in written) return { kind: 'pieces', unitMs, round: written.round };
  if ('mean-of-buckets' in written) return { kind: 'mean-of-buckets', ms: unitMs };
  const bad = typeof written.bad === 'string' ? written.bad : { share: formatFraction(written.bad) };
  return { kind: 'buckets', ms: unitMs, align: written.align ?? 'period', bad };
};

const minimumOf = (
  written: WrittenDowntime['minimum-outage'],
  path: Path,
  { complain }: Reading,
): TimeMeasure['minimumOutage'] => {
  const { 'at-least': atLeast, 'longer-than': longer } = written ?? {};
  if (atLeast !== undefined && longer !== undefined)
    complain([...path, 'longer-than'], 'contradiction', 'at-least or longer-than, not both', [...path, 'at-least']);
  return {
    ms: longer ?? atLeast ?? 0,
    than: longer === undefined ? 'at-least' : 'longer',
    on: written?.on ?? 'event',
    counts: written?.counts ?? 'whole',
  };
};

/** Endpoint names become their ids; `all` and `any` alone stand for every endpoint of the service. */
export const composeOf = (written: WrittenCompose, path: Path, reading: Reading): Compose => {
  const each = (parts: readonly WrittenCompose[], key: string) =>
    parts.map((part, i) => composeOf(part, [...path, key, i], reading));
  if (typeof written === 'string') return named(written, path, reading);
  if ('all' in written) return { kind: 'all', of: each(written.all, 'all') };
  if ('any' in written) return { kind: 'any', of: each(written.any, 'any') };
  if ('longest' in written) return { kind: 'longest', of: each(written.longest, 'longest') };
  if ('pooled' in written) return { kind: 'pooled', of: each(written.pooled, 'pooled') };
  if ('weighted' in written) {
    const of = Object.entries(written.weighted).map(([name, weight]) => ({
      weight,
      part: named(name, [...path, 'weighted', name], reading),
    }));
    return { kind: 'weighted', of };
  }
  const { 'at-least': count, of } = written;
  if (count > of.length)
    reading.complain([...path, 'at-least'], 'contradiction', `at most ${of.length}, as many as are listed`, [
      ...path,
      'of',
    ]);
  return { kind: 'at-least', count, of: each(of, 'of') };
};

const named = (name: string, path: Path, { endpoints, complain }: Reading): Compose => {
  const id = endpoints.get(name);
  if (id !== undefined) return { kind: 'endpoint', id };
  if (name === 'all' || name === 'any') {
    const of = [...endpoints.values()].map((every) => ({ kind: 'endpoint' as const, id: every }));
    return { kind: name, of };
  }
  complain(
    path,
    'unknown-reference',
    `all, any, or an endpoint of this service: ${didYouMean(name, [...endpoints.keys()])}`,
  );
  return { kind: 'endpoint', id: name };
};

/** Everything of the terms that says how time is measured, in one place. */
export interface TimeTerms {
  readonly downtime: WrittenDowntime;
  readonly hours: WrittenHours | undefined;
  readonly terms: WrittenTerms;
}

export const timeMeasureOf = ({ downtime, hours, terms }: TimeTerms, path: Path, reading: Reading): TimeMeasure => {
  const maintenance = terms.maintenance ?? {};
  const within = hoursOf(hours, hours === terms.hours ? ['hours'] : [...path, 'hours'], reading);
  const reach = downtime.reach;
  return {
    kind: 'time',
    degraded: downtime.degraded ?? 'up',
    confirm: terms.probe?.confirm ?? 1,
    clock: downtime.clock ?? 'outage',
    quorum: downtime.quorum ?? 'majority',
    ...(typeof reach === 'number' && { reachMs: reach }),
    weigh: downtime.weigh ?? 'whole',
    life: downtime.life ?? 'activation',
    ...(within && { hours: within }),
    maintenance: {
      scheduled: ruleOf(maintenance, ['maintenance'], reading),
      emergency: ruleOf(maintenance.emergency ?? {}, ['maintenance', 'emergency'], reading),
      recurring: recurringOf(maintenance.windows, reading),
    },
    exclusions: { treat: terms.exclusions ?? 'exclude' },
    unknown: downtime.unmeasured ?? 'exclude',
    coverageFloor: downtime.coverage ? formatFraction(downtime.coverage) : '0',
    minimumOutage: minimumOf(downtime['minimum-outage'], [...path, 'minimum-outage'], reading),
    allowance: {
      perOutageMs: downtime.allowance?.['per-outage'] ?? 0,
      perPeriodMs: downtime.allowance?.['per-period'] ?? 0,
    },
    granularity: granularityOf(downtime.granularity, [...path, 'granularity'], reading),
    denominator:
      typeof downtime.denominator === 'object'
        ? { fixedMs: Math.max(downtime.denominator.fixed, 1) }
        : (downtime.denominator ?? 'service-time'),
  };
};
