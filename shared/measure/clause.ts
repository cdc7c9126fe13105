/** One clause over one part of a period: from evidence to the figure that the contract tests. */
import type { Compose } from '../contract/compose.ts';
import type { Clause, TimeMeasure } from '../contract/terms.ts';
import {
  compare,
  type Fraction,
  fraction,
  least,
  minus,
  most,
  one,
  over,
  parseFraction,
  sum,
  times,
  toDecimals,
  zero,
} from '../money/fraction.ts';
import { union } from '../time/span.ts';
import { accountFor, bareAccount, type Scene, type TimeAccount } from './account.ts';
import { type Seen, type View, views } from './endpoint.ts';
import type { Delivery, EvidenceSegment, Incident, MaintenanceWindow, RequestSeries } from './evidence.ts';
import { type RequestAccount, requestAccount, requestFigure } from './requests.ts';
import { sampleFigure } from './samples.ts';
import { deliveryResults, type TicketResult, ticketResults } from './tickets.ts';
import { compose, type Timeline } from './timeline.ts';

export interface TimeResult {
  readonly account: TimeAccount;
  readonly downMs: Readonly<Record<View, Fraction>>;
  readonly bare: { readonly serviceMs: number; readonly downMs: Fraction };
}

/** Everything that credits and rights may ask of a clause. */
export interface ClauseResult {
  readonly clause: Clause;
  /** Absent: nothing was there to be measured, which breaches nothing. */
  readonly figure: Fraction | undefined;
  /** As the contract tests it: exact, or rounded first. */
  readonly tested: Fraction | undefined;
  readonly met: boolean | undefined;
  readonly bounds: { readonly worst: Fraction; readonly best: Fraction } | undefined;
  readonly settledByMeasurement: boolean;
  readonly time: TimeResult | undefined;
  readonly requests: RequestAccount | undefined;
  /** Deliveries are tickets too: due, done, late. */
  readonly tickets: readonly TicketResult[] | undefined;
}

/** The percentage is what a contract rounds: 99.946 % to one decimal is 99.9 %. */
export const asTested = (figure: Fraction, tested: Clause['tested']): Fraction =>
  tested === 'exact' ? figure : toDecimals(figure, tested.decimals + 2, tested.mode);

/** Down over no time up at all, where the contract divides by that, is as bad as can be. */
const figureOf = (downMs: Fraction, denominatorMs: Fraction): Fraction =>
  denominatorMs.n === 0n ? zero : minus(one, over(downMs, denominatorMs));

/** One figure for the parts of a period, each weighing as much as it is a share of. */
export const overParts = (
  parts: readonly { readonly figure: Fraction; readonly weight: Fraction }[],
): Fraction | undefined => {
  const whole = sum(parts.map(({ weight }) => weight));
  return whole.n === 0n ? parts[0]?.figure : over(sum(parts.map(({ figure, weight }) => times(figure, weight))), whole);
};

/** Parts that are pooled are measured one by one; their times add up. */
const partsOf = (rule: Compose): readonly Compose[] => (rule.kind === 'pooled' ? rule.of.flatMap(partsOf) : [rule]);

const together = (accounts: readonly TimeAccount[]): TimeAccount => {
  const first = accounts[0];
  if (!first) throw new Error('a service without parts');
  if (accounts.length === 1) return first;
  const total = (of: 'serviceMs' | 'judgedMs' | 'knownMs') => accounts.reduce((ms, account) => ms + account[of], 0);
  return {
    ...first,
    serviceMs: total('serviceMs'),
    denominatorMs: sum(accounts.map(({ denominatorMs }) => denominatorMs)),
    judgedMs: total('judgedMs'),
    knownMs: total('knownMs'),
    downMs: sum(accounts.map(({ downMs }) => downMs)),
    excuses: accounts.flatMap(({ excuses }) => excuses),
    outages: accounts.flatMap(({ outages }) => outages),
    events: accounts.flatMap(({ events }) => events),
  };
};

/** All three views of what was seen: where they are one and the same, one account is enough. */
const measureTime = (measure: TimeMeasure, rule: Compose, leaf: (id: string) => Seen, scene: Scene): TimeResult => {
  const parts = partsOf(measure.compose ?? rule);
  const timelines = (view: View) => parts.map((part) => compose(part, (id) => leaf(id)[view]));
  const sameEverywhere = parts.every((part) => allSame(part, leaf));
  const measured = timelines('measured');
  const accountOf = (seen: readonly Timeline[]) =>
    together(seen.map((timeline) => accountFor(timeline, measure, scene)));
  const account = accountOf(measured);
  const other = (view: View) => (sameEverywhere ? account.downMs : accountOf(timelines(view)).downMs);
  const bare = measured.map((timeline) => bareAccount(timeline, scene));
  return {
    account,
    downMs: {
      atLeast: least(other('atLeast'), account.downMs),
      measured: account.downMs,
      atMost: most(other('atMost'), account.downMs),
    },
    bare: {
      serviceMs: bare.reduce((ms, { serviceMs }) => ms + serviceMs, 0),
      downMs: sum(bare.map(({ downMs }) => downMs)),
    },
  };
};

const allSame = (rule: Compose, leaf: (id: string) => Seen): boolean => {
  if (rule.kind === 'endpoint') return views.every((view) => leaf(rule.id)[view] === leaf(rule.id).measured);
  return (rule.kind === 'weighted' ? rule.of.map(({ part }) => part) : rule.of).every((part) => allSame(part, leaf));
};

export interface ServiceFacts {
  readonly compose: Compose;
  /** The timelines of an endpoint, as a measure reads its evidence. */
  readonly endpoint: (id: string, measure: TimeMeasure) => Seen;
  readonly scene: Scene;
  readonly requests: RequestSeries | undefined;
  readonly incidents: readonly Incident[];
  readonly deliveries: readonly Delivery[];
  /** Windows that the contract itself declares, over and over. */
  readonly recurring: (measure: TimeMeasure) => readonly MaintenanceWindow[];
  /** Every sample of the endpoints that a composition names, for contracts that count them. */
  readonly samples: (rule: Compose) => readonly EvidenceSegment[];
}

const nothingElse = {
  bounds: undefined,
  settledByMeasurement: true,
  time: undefined,
  requests: undefined,
  tickets: undefined,
};

const excusedAsUp = ({ excuses }: TimeAccount) =>
  union(...excuses.filter(({ treat }) => treat === 'up').map((excuse) => excuse.spans));

const timeClause = (clause: Clause, measure: TimeMeasure, facts: ServiceFacts): ClauseResult => {
  const time = measureTime(measure, facts.compose, (id) => facts.endpoint(id, measure), {
    ...facts.scene,
    windows: [...facts.scene.windows, ...facts.recurring(measure)],
  });
  const { denominatorMs, serviceMs } = time.account;
  // No service time: nothing was promised, whatever the sum is divided by.
  const at = (view: View) => (serviceMs === 0 ? undefined : figureOf(time.downMs[view], denominatorMs));
  const samples = () => facts.samples(measure.compose ?? facts.compose);
  const isCounted = measure.granularity.kind === 'samples' || measure.granularity.kind === 'mean-of-buckets';
  const figure = isCounted
    ? sampleFigure(samples(), measure, facts.scene.span, time.account.open, excusedAsUp(time.account))
    : at('measured');
  // The true moments of changes lie between samples, but how many samples were good is known.
  const [worst, best] = isCounted ? [] : [at('atMost'), at('atLeast')];
  const tested = figure && asTested(figure, clause.tested);
  const holds = (value: Fraction | undefined) => value && reaches(asTested(value, clause.tested), clause);
  return {
    ...nothingElse,
    clause,
    figure,
    tested,
    met: tested && reaches(tested, clause),
    bounds: worst && best ? { worst, best } : undefined,
    settledByMeasurement: holds(worst) === holds(best),
    time,
  };
};

const reaches = (value: Fraction, { target }: Clause): boolean | undefined =>
  target === undefined ? undefined : compare(value, parseFraction(target)) >= 0;

const plainClause = (
  clause: Clause,
  figure: Fraction | undefined,
  detail: Partial<Pick<ClauseResult, 'requests' | 'tickets'>>,
): ClauseResult => {
  const tested = figure && asTested(figure, clause.tested);
  return { ...nothingElse, ...detail, clause, figure, tested, met: tested && reaches(tested, clause) };
};

const shareInTime = (tickets: readonly TicketResult[]): Fraction | undefined => {
  const judged = tickets.filter(({ verdict }) => verdict !== 'open');
  return judged.length === 0
    ? undefined
    : fraction(judged.filter(({ verdict }) => verdict === 'in-time').length, judged.length);
};

export const clauseResult = (clause: Clause, facts: ServiceFacts): ClauseResult => {
  const { measure } = clause;
  const { span, zone } = facts.scene;
  switch (measure.kind) {
    case 'time':
      return timeClause(clause, measure, facts);
    case 'requests': {
      if (!facts.requests) return plainClause(clause, undefined, {});
      const requests = requestAccount(facts.requests, measure, span);
      return plainClause(clause, requestFigure(requests), { requests });
    }
    case 'tickets': {
      const tickets = ticketResults(facts.incidents, measure, span, zone);
      return plainClause(clause, shareInTime(tickets), { tickets });
    }
    case 'deliveries': {
      const tickets = deliveryResults(facts.deliveries, span, zone);
      return plainClause(clause, shareInTime(tickets), { tickets });
    }
  }
};
