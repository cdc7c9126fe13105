/** Bands as written, put into order: each with both its bounds, none over another, no hole that nobody wrote. */
import { compare, parseFraction } from '../../money/fraction.ts';
import type { Band, WrittenAmount } from '../language/phrases.ts';
import type { Quantity, Range, Schedule } from '../terms.ts';
import { amountOf, type Path, type Reading } from './reading.ts';

type BandSchedule = Extract<Schedule, { kind: 'bands' }>;
interface Written {
  readonly when: Band;
  readonly pay: WrittenAmount;
}
interface Options {
  readonly overlap?: 'first' | 'last' | undefined;
  readonly gaps?: 'allowed' | undefined;
}

/** A bound as a point just before or just after a value, so that `< 99` and `>= 99` are the same cut. */
interface Cut {
  readonly at: string | undefined;
  readonly after: boolean;
}
const lower = ({ from, fromIncluded }: Range): Cut => ({ at: from, after: !fromIncluded });
const upper = ({ to, toIncluded }: Range): Cut => ({ at: to, after: toIncluded });

const orderCuts = (a: Cut, b: Cut, openIs: 1 | -1): number => {
  if (a.at === undefined || b.at === undefined) {
    if (a.at === b.at) return 0;
    return a.at === undefined ? openIs : -openIs;
  }
  return compare(parseFraction(a.at), parseFraction(b.at)) || Number(a.after) - Number(b.after);
};

/** Where every band is open on the same side they are a ladder: each reaches as far as the next one begins. */
const ladderSide = (ranges: readonly Range[]): 'down' | 'up' | undefined => {
  if (ranges.every(({ from, to }) => from === undefined && to !== undefined)) return 'down';
  return ranges.every(({ from, to }) => from !== undefined && to === undefined) ? 'up' : undefined;
};

const ladder = (written: readonly Written[], side: 'down' | 'up', path: Path, { complain }: Reading): Range[] =>
  written.map(({ when }, i) => {
    const next = written[i + 1]?.when;
    if (!next) return when.range;
    const order =
      side === 'down'
        ? orderCuts(upper(next.range), upper(when.range), 1)
        : orderCuts(lower(when.range), lower(next.range), -1);
    if (order >= 0) {
      const want = `a bound ${side === 'down' ? 'below' : 'above'} that of the band before it, "${when.text}": from the mildest to the worst`;
      complain([...path, i + 1, 'when'], 'tier-overlap', want, [...path, i, 'when']);
    }
    return side === 'down'
      ? { ...when.range, from: next.range.to, fromIncluded: !next.range.toIncluded }
      : { ...when.range, to: next.range.from, toIncluded: !next.range.fromIncluded };
  });

const checkNeighbours = (written: readonly Written[], options: Options, path: Path, { complain }: Reading): void => {
  const sorted = written
    .map(({ when }, i) => ({ ...when, at: [...path, i, 'when'] }))
    .sort((a, b) => orderCuts(lower(a.range), lower(b.range), -1));
  for (const [i, band] of sorted.entries()) {
    const next = sorted[i + 1];
    if (!next) return;
    const ends = upper(band.range);
    const begins = lower(next.range);
    const order = ends.at === undefined ? 1 : begins.at === undefined ? 1 : orderCuts(ends, begins, 1);
    if (order > 0 && !options.overlap)
      complain(
        next.at,
        'tier-overlap',
        `bands that do not overlap ("${band.text}"), or "overlap: first" or "last" beside them`,
        band.at,
      );
    if (order < 0 && !options.gaps)
      complain(
        next.at,
        'tier-gap',
        `a band that begins where "${band.text}" ends, or "gaps: allowed" beside the bands`,
        band.at,
      );
  }
};

export const bandsOf = (
  written: readonly Written[],
  options: Options,
  path: Path,
  reading: Reading,
): { readonly quantity: Quantity; readonly schedule: BandSchedule } => {
  const quantity = written[0]?.when.quantity ?? 'figure';
  const stranger = written.findIndex(({ when }) => when.quantity !== quantity);
  if (stranger >= 0) {
    const want = `bands of one quantity, as in "${written[0]?.when.text}"`;
    reading.complain([...path, stranger, 'when'], 'contradiction', want, [...path, 0, 'when']);
  }
  const ranges = written.map(({ when }) => when.range);
  const side = options.overlap || written.length < 2 ? undefined : ladderSide(ranges);
  if (!side && stranger < 0) checkNeighbours(written, options, path, reading);
  const compiled = side ? ladder(written, side, path, reading) : ranges;
  const bands = compiled.map((range, i) => ({
    range,
    pays: amountOf(written[i]?.pay ?? { kind: 'share', share: '0' }, [...path, i, 'pay'], reading),
  }));
  return { quantity, schedule: { kind: 'bands', bands, overlap: options.overlap ?? 'first' } };
};
