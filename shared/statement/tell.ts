/** From results to the statement's JSON: exact values as text, nothing computed. */

import { endpointIds } from '../contract/compose.ts';
import type { Line } from '../credit/credit.ts';
import type { ClauseResult, ServiceFacts, TimeResult } from '../measure/clause.ts';
import { type Fraction, formatDecimal, formatFraction, fraction, parseFraction, times } from '../money/fraction.ts';
import { totalMs } from '../time/span.ts';
import type {
  ClauseStatement,
  CreditLine,
  Cut,
  FigureStatement,
  OutageStatement,
  TimeAccountStatement,
} from './statement.ts';

const hundred = fraction(100);

/** Cut, not rounded: 99.9999999 % never reads as a target met. */
const tellFigure = (exact: Fraction): FigureStatement => ({
  exact: formatFraction(exact),
  percent: formatDecimal(times(exact, hundred), 6, 'down'),
});

export const tellMinor = (minor: Fraction): string => formatFraction(minor);

export const tellCuts = (cuts: readonly { readonly by: Cut['by']; readonly minor: bigint }[]): Cut[] =>
  cuts.map(({ by, minor }) => ({ by, minor: Number(minor) }));

const tellOutages = ({ account }: TimeResult, clause: ClauseResult, facts: ServiceFacts): OutageStatement[] => {
  const { measure } = clause.clause;
  if (measure.kind !== 'time') return [];
  const endpoints = endpointIds(measure.compose ?? facts.compose);
  return account.outages.map(({ start, end, verdict, countedMs, pieces }) => ({
    start,
    end,
    verdict,
    countedMs: formatFraction(countedMs),
    pieces: pieces.map((piece) => ({ start: piece.start, end: piece.end })),
    endpoints: endpoints.filter((id) =>
      facts.endpoint(id, measure).measured.losses.some((loss) => loss.start < end && loss.end > start),
    ),
  }));
};

const tellTime = (time: TimeResult, result: ClauseResult, facts: ServiceFacts): TimeAccountStatement => {
  const { account, downMs, bare } = time;
  const excluded = account.excuses.flatMap(({ reason, treat, spans: set, id, because, by }) =>
    set.map(({ start, end }) => ({
      start,
      end,
      reason,
      treat,
      ...(id === undefined ? {} : { id }),
      ...(because === undefined ? {} : { because }),
      ...(by === undefined ? {} : { by }),
    })),
  );
  return {
    wholeMs: totalMs(account.whole),
    serviceMs: `${account.serviceMs}`,
    denominatorMs: formatFraction(account.denominatorMs),
    downMs: {
      atLeast: formatFraction(downMs.atLeast),
      measured: formatFraction(downMs.measured),
      atMost: formatFraction(downMs.atMost),
    },
    ...(account.judgedMs === 0 ? {} : { coverage: tellFigure(fraction(account.knownMs, account.judgedMs)) }),
    excluded,
    refused: account.refused.map((refusal) => ({ ...refusal })),
    outages: tellOutages(time, result, facts),
    bare: {
      serviceMs: `${bare.serviceMs}`,
      downMs: formatFraction(bare.downMs),
      ...(bare.serviceMs === 0
        ? {}
        : {
            figure: tellFigure(
              fraction(BigInt(bare.serviceMs) * bare.downMs.d - bare.downMs.n, BigInt(bare.serviceMs) * bare.downMs.d),
            ),
          }),
    },
  };
};

export const tellClause = (result: ClauseResult, facts: ServiceFacts): ClauseStatement => {
  const { clause, figure, tested, met, bounds, settledByMeasurement, time, requests, tickets } = result;
  return {
    id: clause.id,
    kind: clause.measure.kind,
    ...(clause.target === undefined ? {} : { target: tellFigure(parseFraction(clause.target)) }),
    ...(figure === undefined ? {} : { figure: tellFigure(figure) }),
    ...(tested === undefined || clause.tested === 'exact' ? {} : { tested: tellFigure(tested) }),
    ...(met === undefined ? {} : { met }),
    settledByMeasurement,
    ...(bounds === undefined ? {} : { bounds: { worst: tellFigure(bounds.worst), best: tellFigure(bounds.best) } }),
    ...(time === undefined ? {} : { time: tellTime(time, result, facts) }),
    ...(requests === undefined
      ? {}
      : { requests: { ...requests, lost: formatFraction(requests.lost), total: formatFraction(requests.total) } }),
    ...(tickets === undefined
      ? {}
      : {
          tickets: tickets.map(({ doneAt, ...ticket }) => ({ ...ticket, ...(doneAt === undefined ? {} : { doneAt }) })),
        }),
  };
};

export const tellLine = ({ clause }: ClauseResult, line: Line): CreditLine => ({
  clause: clause.id,
  credit: line.credit.id,
  quantity: line.credit.quantity,
  baseMinor: formatFraction(line.baseMinor),
  items: line.items.map(({ of, quantity, band, steps, minor, extensionDays }) => ({
    of,
    quantity: formatFraction(quantity),
    ...(band === undefined ? {} : { band }),
    ...(steps === undefined ? {} : { steps: formatFraction(steps) }),
    minor: formatFraction(minor),
    ...(extensionDays.n === 0n ? {} : { extensionDays: formatFraction(extensionDays) }),
  })),
  exactMinor: formatFraction(line.exactMinor),
  minor: Number(line.minor),
  ...(line.extensionDays.n === 0n ? {} : { extensionDays: formatFraction(line.extensionDays) }),
  cuts: tellCuts(line.cuts),
  ...(line.gatedBy === undefined ? {} : { gatedBy: line.gatedBy }),
});
