/** The day-by-day strip: one small bar a day, which wraps on a narrow page and reads as a list. */
import type { Format } from '../language/format.ts';
import type { Words } from '../language/words.ts';
import type { Day } from './days.ts';
import { html, type Markup } from './markup.ts';

type Kind = 'down' | 'planned' | 'excused' | 'unknown' | 'outside';
const kinds = ['down', 'planned', 'excused', 'unknown', 'outside'] as const;

/** A minute of downtime must be seen beside 1,439 of service: what happened takes at least this much of its bar. */
const least = { down: 0.22, planned: 0.12, excused: 0.12, unknown: 0.12, outside: 0 } as const;

const amountOf = (day: Day, kind: Kind): number => day[`${kind}Ms`];

/** Heights out of 100, from the bottom but for `outside`, which comes down from the top; the rest of the bar is time in service. */
export const heightsOf = (day: Day): readonly { readonly kind: Kind; readonly height: number }[] => {
  const wanted = kinds
    .filter((kind) => amountOf(day, kind) > 0)
    .map((kind) => ({ kind, height: Math.max(least[kind], amountOf(day, kind) / day.lengthMs) * 100 }));
  const total = wanted.reduce((sum, { height }) => sum + height, 0);
  return total <= 100 ? wanted : wanted.map(({ kind, height }) => ({ kind, height: (height * 100) / total }));
};

/** Told apart by texture as well as by colour: hatched, crossed and dotted survive a black-and-white printer. */
export const textures: Markup = html`<svg width="0" height="0" class="hidden" aria-hidden="true" focusable="false"><defs>
<pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="planned-ground"/><rect width="2" height="5" class="planned-line"/></pattern>
<pattern id="crossed" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="excused-ground"/><path d="M0 0L6 6M6 0L0 6" class="excused-line"/></pattern>
<pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" class="unknown-ground"/><circle cx="2.5" cy="2.5" r="1.1" class="unknown-line"/></pattern>
</defs></svg>`;

const round = (value: number): string => String(Math.round(value * 100) / 100);

const bar = (day: Day, said: string): Markup => {
  let top = 100;
  const layers = heightsOf(day).map(({ kind, height }) => {
    if (kind !== 'outside') top -= height;
    return html`<rect class="${kind}" x="0" y="${round(kind === 'outside' ? 0 : top)}" width="40" height="${round(height)}"/>`;
  });
  return html`<svg viewBox="0 0 40 100" preserveAspectRatio="none" role="img" aria-label="${said}"><title>${said}</title><rect class="up" width="40" height="100"/>${layers}</svg>`;
};

const swatch = (kind: Kind | 'up', said: string): Markup =>
  html`<li><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false"><rect class="${kind}" width="12" height="12"/></svg>${said}</li>`;

export const strip = (days: readonly Day[], id: string, words: Words, format: Format): Markup => {
  const said = (day: Day): string =>
    words.strip.day(
      format.calendar(day.date),
      day.downMs === 0 && kinds.every((kind) => amountOf(day, kind) === 0)
        ? [words.strip.noDowntime]
        : kinds.flatMap((kind) =>
            amountOf(day, kind) > 0 ? [`${words.strip[kind]} ${format.duration(amountOf(day, kind))}`] : [],
          ),
    );
  const seen = kinds.filter((kind) => days.some((day) => amountOf(day, kind) > 0));
  return html`<figure aria-labelledby="${id}">
<figcaption id="${id}">${words.strip.title} <span class="note">${words.strip.summary(
    days.length,
    days.filter(({ downMs }) => downMs > 0).length,
  )}</span></figcaption>
<ol class="strip">${days.map(
    (day) =>
      html`<li${day.downMs > 0 && html` class="hit"`}>${bar(day, said(day))}<span aria-hidden="true">${Number(day.date.slice(8))}</span></li>`,
  )}</ol>
<ul class="legend">${swatch('up', words.strip.up)}${seen.map((kind) => swatch(kind, words.strip[kind]))}</ul>
</figure>`;
};
