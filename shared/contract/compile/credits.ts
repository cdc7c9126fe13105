/** Credits and limits, from what is written to what is settled. */
import { formatFraction } from '../../money/fraction.ts';
import type { WrittenCredit, WrittenCredits, WrittenLimits } from '../language/credits.ts';
import { type Band, quantityOf, readValue, unitNames, unitOf } from '../language/phrases.ts';
import type { Base, Credit, Gate, Limits, Quantity, Schedule } from '../terms.ts';
import { bandsOf } from './bands.ts';
import { amountOf, minorOf, type Path, type Reading } from './reading.ts';

type Steps = NonNullable<WrittenCredit['steps']>;
type WrittenGate = NonNullable<WrittenCredit['only-if']>[number];

const plainBase: Base = { of: 'service', factor: '1', dayDivisor: 'days-of-period' };

const baseOf = (written: WrittenCredit['base']): Base => {
  if (written === undefined) return plainBase;
  if (typeof written === 'string') return { ...plainBase, of: written };
  return {
    of: written.of,
    ...(written.per === 'written' && { per: written.per }),
    factor: written.share ? formatFraction(written.share) : '1',
    dayDivisor: typeof written.day === 'number' ? written.day : 'days-of-period',
  };
};

const unitValue = (text: string, quantity: Quantity, path: Path, { complain }: Reading): string => {
  const found = readValue(text.replace(/[\u00A0\u202F]/g, ' '));
  if (found?.unit === unitOf(quantity) && found.value.n > 0n) return formatFraction(found.value);
  complain(path, 'bad-value', `${unitNames[unitOf(quantity)]}, more than nothing`);
  return '1';
};

const stepsOf = (steps: Steps, quantity: Quantity, path: Path, reading: Reading): Schedule => {
  const unit =
    steps.each === 'service time'
      ? 'service-time'
      : steps.each === 'whole period'
        ? 'whole-period'
        : unitValue(steps.each, quantity, [...path, 'each'], reading);
  return {
    kind: 'steps',
    unit,
    round: steps.count === 'completed' ? 'down' : steps.count === 'started' ? 'up' : 'exact',
    pays: amountOf(steps.pay, [...path, 'pay'], reading),
    ...(steps.first && {
      first: {
        pays: amountOf(steps.first.pay, [...path, 'first', 'pay'], reading),
        upTo: unitValue(steps.first['up-to'], quantity, [...path, 'first', 'up-to'], reading),
      },
    }),
  };
};

const belowOf = (band: Band, path: Path, { complain }: Reading): string => {
  const { range, quantity } = band;
  if (quantity === 'figure' && range.from === undefined && range.to !== undefined && !range.toIncluded) return range.to;
  complain(path, 'bad-value', '"availability < 99.9 %": a gate opens below a percentage');
  return '1';
};

const gateOf = (gate: WrittenGate, path: Path, reading: Reading): Gate => {
  if ('quantity' in gate) return { kind: 'below', share: belowOf(gate, path, reading) };
  if ('below' in gate)
    return { kind: 'consecutive', periods: gate['periods-running'], share: formatFraction(gate.below) };
  const [longestOverMs, countOver] = [gate['an-outage-longer-than'], gate['outages-more-than']];
  if (longestOverMs === undefined && countOver === undefined)
    reading.complain(path, 'missing-field', 'an-outage-longer-than, outages-more-than or both');
  return {
    kind: 'outages',
    ...(longestOverMs !== undefined && { longestOverMs }),
    ...(countOver !== undefined && { countOver }),
  };
};

const scheduleOf = (
  credit: WrittenCredit,
  path: Path,
  reading: Reading,
): { readonly quantity: Quantity; readonly schedule: Schedule } => {
  const said = (['bands', 'steps', 'fixed'] as const).filter((kind) => credit[kind] !== undefined);
  if (said.length !== 1)
    reading.complain(path, said.length === 0 ? 'missing-field' : 'contradiction', 'one of bands, steps or fixed');
  if (credit.bands) return bandsOf(credit.bands, credit, [...path, 'bands'], reading);
  if (credit.steps) {
    const quantity = quantityOf(credit.steps.of) ?? 'figure';
    return { quantity, schedule: stepsOf(credit.steps, quantity, [...path, 'steps'], reading) };
  }
  const pays = credit.fixed
    ? amountOf(credit.fixed, [...path, 'fixed'], reading)
    : ({ kind: 'share', share: '0' } as const);
  return { quantity: 'once', schedule: { kind: 'steps', unit: '1', round: 'down', pays } };
};

const creditOf = (id: string, credit: WrittenCredit, path: Path, reading: Reading): Credit => {
  const { quantity, schedule } = scheduleOf(credit, path, reading);
  if (credit.only && credit.only.quantity !== quantity)
    reading.complain([...path, 'only'], 'contradiction', 'the same quantity as the credit counts', path);
  const capEach =
    credit['cap-each'] && bandsOf(credit['cap-each'], { gaps: 'allowed' }, [...path, 'cap-each'], reading);
  return {
    id,
    quantity,
    ...(credit.only && { only: credit.only.range }),
    gates: (credit['only-if'] ?? []).map((gate, i) => gateOf(gate, [...path, 'only-if', i], reading)),
    schedule,
    base: baseOf(credit.base),
    ...(credit['round-share'] && { roundShare: credit['round-share'] }),
    ...(capEach && { capEach: capEach.schedule.bands }),
    ...(credit.cap && { cap: amountOf(credit.cap, [...path, 'cap'], reading) }),
  };
};

/** A plain list is one schedule of bands; no credits at all is an empty list. */
export const creditsOf = (written: WrittenCredits | undefined, path: Path, reading: Reading): Credit[] => {
  if (written === undefined) return [];
  if (!Array.isArray(written))
    return Object.entries(written).map(([id, credit]) => creditOf(id, credit, [...path, id], reading));
  if (written.length === 0) return [];
  const { quantity, schedule } = bandsOf(written, {}, path, reading);
  return [{ id: 'bands', quantity, gates: [], schedule, base: plainBase }];
};

const given = <T>(value: T | 'none' | undefined): T | undefined => (value === 'none' ? undefined : value);

export const limitsOf = (written: WrittenLimits | undefined, path: Path, reading: Reading): Limits => {
  const least = given(written?.minimum);
  const over = least && 'more-than' in least ? least['more-than'] : undefined;
  const most = given(written?.cap);
  const mostInYear = given(written?.['year-cap']);
  const before = given(written?.franchise);
  return {
    ...(least && {
      minimum: over
        ? { minor: minorOf(over, [...path, 'minimum', 'more-than'], reading), than: 'more' }
        : { minor: 'units' in least ? minorOf(least, [...path, 'minimum'], reading) : 0, than: 'at-least' },
    }),
    ...(most && { cap: amountOf(most, [...path, 'cap'], reading) }),
    ...(mostInYear && { yearCap: amountOf(mostInYear, [...path, 'year-cap'], reading) }),
    ...(before && { franchise: { minor: minorOf(before, [...path, 'franchise'], reading) } }),
  };
};
