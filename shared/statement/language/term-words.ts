/** The sentences that terms are told in. What is said, and in which order, is `terms.ts`; a language only says it. */
import type { Terms, Treatment, WindowRule } from '../../contract/terms.ts';

type Kind = Terms['period']['kind'];
export type Per = NonNullable<WindowRule['cap']>['per'];

/** Arguments are figures already dressed by `Format`. */
export interface TermWords {
  readonly labels: {
    readonly period: string;
    readonly promise: string;
    readonly up: string;
    readonly hours: string;
    readonly scheduled: string;
    readonly emergency: string;
    readonly exclusions: string;
    readonly unknown: string;
    readonly outage: string;
    readonly granularity: string;
    readonly denominator: string;
    readonly comparison: string;
    readonly other: string;
    readonly credits: string;
    readonly limits: string;
    readonly rounding: string;
    readonly rights: string;
    readonly claim: string;
  };
  readonly period: (kind: Kind, zone: string) => string;
  readonly promise: (target: string | undefined) => string;
  readonly aroundTheClock: string;
  readonly hours: (ranges: string, holidays: number, zone: string) => string;
  /** `Monday to Friday`. */
  readonly days: (names: readonly string[], consecutive: boolean) => string;
  readonly treated: Readonly<Record<Treatment | 'lost', string>>;
  readonly overrun: string;
  readonly noticed: (notice: string, late: WindowRule['late']) => string;
  readonly noNotice: string;
  readonly within: (hours: string) => string;
  readonly longest: (duration: string) => string;
  readonly cap: (duration: string, per: Per) => string;
  readonly most: (count: string, per: Per) => string;
  readonly recurring: (many: number) => string;
  readonly unknown: Readonly<Record<Treatment, string>>;
  readonly coverageFloor: (share: string) => string;
  readonly confirmed: (failures: number) => string;
  readonly clock: Readonly<Record<'outage' | 'confirmation' | 'ticket', string>>;
  readonly quorum: (places: number | 'majority') => string;
  readonly minimum: (duration: string, than: 'at-least' | 'longer', counts: 'whole' | 'excess') => string;
  readonly perOutage: (duration: string) => string;
  readonly perPeriod: (duration: string) => string;
  readonly affected: string;
  readonly degraded: string;
  readonly exact: string;
  readonly pieces: (unit: string, round: 'down' | 'up' | 'nearest') => string;
  readonly buckets: (length: string, bad: string | 'throughout' | 'any') => string;
  readonly samples: string;
  readonly meanOfBuckets: (length: string) => string;
  readonly denominator: (of: 'service-time' | 'whole-period' | 'up-time' | 'fixed', fixed: string) => string;
  readonly wholeLife: string;
  readonly requests: (mode: 'total' | 'mean' | 'threshold', interval: string) => string;
  readonly tickets: (of: 'response' | 'resolution' | 'alert', within: string, severities: string | undefined) => string;
  readonly businessDays: (days: string) => string;
  readonly deliveries: string;
  readonly rounded: (decimals: number) => string;
  readonly unrounded: string;
  /** `below 99%`, `from 99% to below 99.9%`. */
  readonly range: (from: Bound | undefined, to: Bound | undefined) => string;
  readonly band: (quantity: string | undefined, range: string, pays: string) => string;
  readonly step: (unit: string, round: 'down' | 'up' | 'exact', quantity: string, pays: string) => string;
  /** Between two things that are both said. */
  readonly and: string;
  readonly first: (pays: string, upTo: string) => string;
  readonly quantities: Readonly<Record<string, string>>;
  readonly pays: {
    readonly share: (share: string, base: string) => string;
    readonly days: (count: string, base: string) => string;
    readonly hours: (count: string, base: string) => string;
    readonly extension: (count: string) => string;
  };
  readonly bases: Readonly<Record<'service' | 'contract' | 'endpoints' | 'value', string>>;
  readonly wholePeriod: string;
  /** A share of the fee as written, whatever the length of the period. */
  readonly asWritten: (base: string) => string;
  readonly gates: {
    readonly below: (share: string) => string;
    readonly consecutive: (periods: number, share: string) => string;
    readonly longest: (duration: string) => string;
    readonly count: (count: number) => string;
  };
  readonly only: (range: string) => string;
  readonly combine: Readonly<Record<'sum' | 'max', string>>;
  readonly noCredits: string;
  readonly minimumPayable: (amount: string) => string;
  readonly capped: (amount: string) => string;
  readonly cappedYear: (amount: string) => string;
  readonly franchise: (amount: string) => string;
  readonly roundings: Readonly<Record<Terms['round'], string>>;
  readonly breaches: (count: number, of: number, bad: string) => string;
  readonly badBelow: (share: string) => string;
  readonly badDown: (duration: string) => string;
  readonly rolling: (days: number, count: string | undefined, total: string | undefined) => string;
  readonly late: (count: number) => string;
  readonly claim: (within: string, anchor: 'period-end' | 'outage-end') => string;
  readonly inDays: (days: number) => string;
  readonly inMonths: (months: number) => string;
  readonly automatic: string;
}

export interface Bound {
  readonly at: string;
  readonly included: boolean;
}
