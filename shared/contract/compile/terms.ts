/** One block of effective terms, from human words to exact values. */
import { formatFraction } from '../../money/fraction.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { PricedCell, WrittenClause, WrittenTerms } from '../language/terms.ts';
import type { Claim, Clause, Measure, Period, Right, Terms, TicketMeasure } from '../terms.ts';
import { creditsOf, limitsOf } from './credits.ts';
import { composeOf, hoursOf, timeMeasureOf } from './measure.ts';
import { knownPlaces } from './places.ts';
import type { Path, Reading } from './reading.ts';

/** The clause that a reader looks for first: the availability of the service. */
export const mainClause = 'availability';

type Target = WrittenTerms['target'];
type Within = string | number;

const periodOf = (written: string | undefined, { zone, since }: Reading): Period => {
  const [, calendar, day, days, hours] =
    /^calendar (\w+)$|^billing month from day (\d+)$|^rolling (\d+) days$|^rolling (\d+) hours$/.exec(written ?? '') ??
    [];
  if (day !== undefined) return { zone, kind: { kind: 'billing-month', day: Number(day) } };
  if (days !== undefined) return { zone, kind: { kind: 'rolling-days', days: Number(days) } };
  if (hours !== undefined) return { zone, kind: { kind: 'rolling-hours', hours: Number(hours) } };
  if (calendar === 'quarter' || calendar === 'year') return { zone, kind: { kind: calendar } };
  return { zone, kind: written === 'contract year' ? { kind: 'contract-year', since } : { kind: 'month' } };
};

const targetOf = (target: Target): { target?: string } =>
  target === undefined || target === 'none' ? {} : { target: formatFraction(target) };

const deadline = (within: Within): TicketMeasure['within'] =>
  typeof within === 'number' ? { ms: within } : { businessDays: Number(within.replace(/\D/g, '')) };

const requestsOf = (written: NonNullable<WrittenClause['requests']>, path: Path, { complain }: Reading): Measure => {
  const { 'bad-from': from, 'bad-above': above } = written;
  if (from !== undefined && above !== undefined)
    complain([...path, 'bad-above'], 'contradiction', 'bad-from or bad-above, not both', [...path, 'bad-from']);
  if (written.mode === 'threshold' && from === undefined && above === undefined)
    complain(path, 'missing-field', 'bad-from (at least this rate) or bad-above (more than this rate), such as 5 %');
  const share = from ?? above;
  return {
    kind: 'requests',
    mode: written.mode,
    intervalMs: Math.max(written.interval ?? 60_000, 1),
    threshold: {
      share: share ? formatFraction(share) : '0',
      than: from !== undefined ? 'at-least' : 'more',
      consecutive: written.consecutive ?? 1,
    },
    empty: written.empty ?? 'good',
  };
};

const severitiesOf = (named: readonly string[], path: Path, { severities, complain }: Reading): string[] => {
  for (const [i, severity] of named.entries())
    if (!severities.includes(severity))
      complain([...path, i], 'unknown-reference', `a severity: ${didYouMean(severity, severities)}`);
  return [...named];
};

const ticketsOf = (
  written: NonNullable<WrittenClause['tickets']>,
  terms: WrittenTerms,
  path: Path,
  reading: Reading,
): TicketMeasure => {
  const hours = hoursOf(written.hours ?? terms.hours, written.hours ? [...path, 'hours'] : ['hours'], reading);
  return {
    kind: 'tickets',
    of: written.of,
    ...(written.severities && { severities: severitiesOf(written.severities, [...path, 'severities'], reading) }),
    within: deadline(written.within),
    ...(hours && { hours }),
    pauses: written.pauses ?? true,
    open: written.open ?? 'judge',
  };
};

const clauseMeasure = (clause: WrittenClause, terms: WrittenTerms, path: Path, reading: Reading): Measure => {
  const said = (['downtime', 'requests', 'tickets', 'deliveries'] as const).filter(
    (kind) => clause[kind] !== undefined,
  );
  if (said.length > 1)
    reading.complain(path, 'contradiction', `one of ${said.join(', ')}: a clause measures one thing`);
  if (clause.requests) return requestsOf(clause.requests, [...path, 'requests'], reading);
  if (clause.tickets) return ticketsOf(clause.tickets, terms, [...path, 'tickets'], reading);
  if (clause.deliveries) return { kind: 'deliveries' };
  const { 'up-when': upWhen, hours, ...own } = clause.downtime ?? {};
  const here = [...path, 'downtime'];
  const downtime = { ...terms.downtime, ...own };
  const measure = timeMeasureOf({ downtime, hours: hours ?? terms.hours, terms }, here, reading);
  return upWhen === undefined ? measure : { ...measure, compose: composeOf(upWhen, [...here, 'up-when'], reading) };
};

/** `response:` is a table for people; each cell of it is a clause. */
const responseClauses = (terms: WrittenTerms, reading: Reading): Clause[] =>
  Object.entries(terms.response ?? {}).flatMap(([severity, row]) => {
    const path = ['response', severity];
    if (!reading.severities.includes(severity))
      reading.complain(path, 'unknown-reference', `a severity: ${didYouMean(severity, reading.severities)}`);
    return (['response', 'resolution'] as const).flatMap((of): Clause[] => {
      const written = row[of];
      if (written === undefined || written === 'none') return [];
      const cell: PricedCell = typeof written === 'object' ? written : { within: written };
      const { hours, pauses, open } = row;
      return [
        {
          id: `${of}-${severity}`,
          measure: {
            ...ticketsOf({ of, within: cell.within, hours, pauses, open }, terms, path, reading),
            severities: [severity],
          },
          ...targetOf(cell.target ?? row.target),
          tested: 'exact',
          credits: cell.credits
            ? creditsOf(cell.credits, [...path, of, 'credits'], reading)
            : creditsOf(row.credits, [...path, 'credits'], reading),
        },
      ];
    });
  });

const rightOf = (
  id: string,
  right: NonNullable<WrittenTerms['rights']>[string],
  clauses: readonly string[],
  path: Path,
  { complain }: Reading,
): Right => {
  const clause = right.clause ?? mainClause;
  if (!clauses.includes(clause))
    complain([...path, 'clause'], 'unknown-reference', `a clause: ${didYouMean(clause, clauses)}`);
  if (right.late !== undefined) return { kind: 'late', id, clause, count: right.late };
  if (right.days !== undefined) {
    const [countOver, totalOverMs] = [right['outages-more-than'], right['longer-together-than']];
    if (countOver === undefined && totalOverMs === undefined)
      complain(path, 'missing-field', 'outages-more-than, longer-together-than or both, beside days');
    return {
      kind: 'rolling',
      id,
      clause,
      days: right.days,
      ...(countOver !== undefined && { countOver }),
      ...(totalOverMs !== undefined && { totalOverMs }),
      shortestMs: right.shortest ?? 0,
    };
  }
  const { below, 'down-longer-than': downOverMs } = right;
  if ((below === undefined) === (downOverMs === undefined))
    complain(
      path,
      below === undefined ? 'missing-field' : 'contradiction',
      'below, down-longer-than, days or late: what makes a period bad',
    );
  const count = right.count ?? 1;
  const of = right.of ?? count;
  if (of < count)
    complain([...path, 'of'], 'contradiction', `at least ${count}, as many periods as must be bad`, [...path, 'count']);
  const bad = below !== undefined ? { below: formatFraction(below) } : { downOverMs: downOverMs ?? 0 };
  return { kind: 'breaches', id, clause, count, of, bad };
};

const claimOf = (claim: WrittenTerms['claim']): { claim?: Claim } => {
  if (claim === undefined || claim === 'none') return {};
  const { after: anchor, within } = claim;
  if (typeof within === 'number') return { claim: { anchor, within: { ms: within } } };
  const count = Number(within.replace(/\D/g, ''));
  if (within.includes('business')) return { claim: { anchor, within: { businessDays: count } } };
  return { claim: { anchor, within: within.includes('month') ? { months: count } : { days: count } } };
};

export const termsOf = (terms: WrittenTerms, reading: Reading): Terms => {
  knownPlaces(terms.probe?.places ?? [], ['probe', 'places'], reading.places, reading.complain);
  const main: Clause = {
    id: mainClause,
    measure: timeMeasureOf({ downtime: terms.downtime ?? {}, hours: terms.hours, terms }, ['downtime'], reading),
    ...targetOf(terms.target),
    tested: terms.tested ?? 'exact',
    credits: creditsOf(terms.credits, ['credits'], reading),
  };
  const own = Object.entries(terms.clauses ?? {}).map(([id, clause]): Clause => {
    const path = ['clauses', id];
    if (id === mainClause)
      reading.complain(path, 'duplicate-id', `another name: "${mainClause}" is the main promise of the terms`);
    return {
      id,
      measure: clauseMeasure(clause, terms, path, reading),
      ...targetOf(clause.target),
      tested: clause.tested ?? 'exact',
      credits: creditsOf(clause.credits, [...path, 'credits'], reading),
    };
  });
  const clauses = [main, ...responseClauses(terms, reading), ...own];
  const ids = clauses.map(({ id }) => id);
  for (const { id } of own)
    if (id !== mainClause && ids.indexOf(id) !== ids.lastIndexOf(id))
      reading.complain(['clauses', id], 'duplicate-id', 'another name: the response table already has this one', [
        'response',
      ]);
  return {
    period: periodOf(terms.period, reading),
    feePer: terms['fee-per'] ?? 'month',
    clauses,
    combine: terms.combine === 'best' ? 'max' : 'sum',
    limits: limitsOf(terms.limits, ['limits'], reading),
    round: terms.round ?? 'half-even',
    rights: Object.entries(terms.rights ?? {}).map(([id, right]) => rightOf(id, right, ids, ['rights', id], reading)),
    ...claimOf(terms.claim),
  };
};
