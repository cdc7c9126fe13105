/** Money, line by line: what each credit was worked out from, and what every cap took off. */
import { formatFraction, parseFraction, sum } from '../../money/fraction.ts';
import { payInWords, quantityInWords } from '../language/terms.ts';
import type { CreditLine, Cut, PartStatement, RightStatement, ServiceStatement } from '../statement.ts';
import { type Content, dataTable, html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

const termsOf = (part: PartStatement, line: CreditLine) =>
  part.terms.clauses.find(({ id }) => id === line.clause)?.credits.find(({ id }) => id === line.credit);

/** The start of an outage, a month or a day; what names itself otherwise, a ticket or a quarter, stays as it is. */
const whatInWords = (what: string, format: Page['format']): string => {
  if (/^\d{4}-\d{2}-\d{2}T/.test(what)) return format.instant(Date.parse(what));
  return /^\d{4}-\d{2}(-\d{2})?$/.test(what) ? format.calendar(what) : what;
};

/** A credit for the whole period is one sentence; one for each outage or day names them. */
const itemsOf = (page: Page, part: PartStatement, line: CreditLine): Content => {
  const { words, format, teller } = page;
  const credit = termsOf(part, line);
  if (line.gatedBy) return html`<br><span class="note">${words.gated[line.gatedBy]}</span>`;
  if (!credit) return undefined;
  const capped = line.cuts.map(
    ({ by, minor }) => html`<br><span class="note">${words.cuts[by]} ${page.money(-Math.abs(minor))}</span>`,
  );
  const items = line.items.map((item) => {
    const figure =
      line.quantity === 'figure'
        ? format.percent(item.quantity)
        : quantityInWords(line.quantity, item.quantity, teller);
    const of = item.of === 'period' ? undefined : whatInWords(item.of, format);
    const rule = payInWords(credit, item.band, teller, false);
    return html`<br><span class="note">${of && html`<bdi>${of}</bdi>, `}${words.because(words.termWords.quantities[line.quantity] ?? '', figure)} → ${rule ?? words.noBand}${item.extensionDays && html`, ${words.termWords.pays.extension(format.number(item.extensionDays))}`}</span>`;
  });
  return [items, capped];
};

interface Row {
  readonly cells: readonly Content[];
}

const cutRows = (page: Page, cuts: readonly Cut[], of: string | undefined): Row[] =>
  cuts
    .filter(({ minor }) => minor !== 0)
    .map(({ by, minor }) => ({
      cells: [
        html`${page.words.cuts[by]}${of && html` <span class="note"><bdi>${of}</bdi></span>`}`,
        page.money(-Math.abs(minor)),
      ],
    }));

const serviceRows = (page: Page, service: ServiceStatement): Row[] => {
  const { words, money } = page;
  const lines = service.parts.flatMap((part) =>
    part.lines.map((line) => ({
      cells: [
        html`<bdi>${service.name}</bdi> <span class="note">${words.base(money(roundedBase(line)))}</span>${itemsOf(page, part, line)}`,
        money(line.minor),
      ],
    })),
  );
  if (lines.length === 0) return [];
  const subtotal = service.cuts.some(({ minor }) => minor !== 0)
    ? [{ cells: [words.subtotal(service.name), money(service.creditMinor)] }]
    : [];
  return [...lines, ...cutRows(page, service.cuts, service.name), ...subtotal];
};

/** For reading: the base may be a part of a fee, and is shown cut to the minor unit. */
const roundedBase = ({ baseMinor }: CreditLine): number => {
  const { n, d } = parseFraction(baseMinor);
  return Number(n / d);
};

export const credits = (page: Page): Markup => {
  const { statement, words, money } = page;
  const rows = [
    ...statement.services.flatMap((service) => serviceRows(page, service)),
    ...cutRows(page, statement.cuts, undefined),
  ];
  const days = sum(
    statement.services.flatMap(({ extensionDays }) => (extensionDays ? [parseFraction(extensionDays)] : [])),
  );
  return html`<section aria-labelledby="credits"><h2 id="credits">${words.credits}</h2>
${
  rows.length === 0
    ? html`<p>${words.noCredits}</p>`
    : dataTable(
        words.credits,
        [{ heading: words.columns.what }, { heading: words.columns.amount, figure: true }],
        rows.map(({ cells }) => cells),
        { total: [words.owed, money(statement.creditMinor)], captionHidden: true },
      )
}${days.n > 0n && html`<p>${words.termWords.pays.extension(page.format.number(formatFraction(days)))}</p>`}
${statement.services.map((service) => claim(page, service))}
</section>`;
};

const claim = ({ words, format }: Page, { name, claim: due }: ServiceStatement): Content =>
  due &&
  html`<p>${words.claim.until(name, format.instant(due.until))}${due.claimedAt !== undefined && html` ${due.inTime ? words.claim.inTime(format.instant(due.claimedAt)) : words.claim.tooLate(format.instant(due.claimedAt))}`}</p>`;

export const rightLine = ({ statement, words, format }: Page, right: RightStatement): string => {
  const service = statement.services.find(({ id }) => id === right.service);
  const kind =
    service?.parts.flatMap(({ terms }) => terms.rights).find(({ id }) => id === right.id)?.kind ?? 'breaches';
  const because = right.because.map((one) => whatInWords(one, format));
  return `${words.right[kind](service?.name ?? right.service)} ${words.right.because(format.list(because))}`;
};

export const rights = (page: Page): Content =>
  page.statement.rights.length > 0 &&
  html`<section aria-labelledby="rights"><h2 id="rights">${page.words.rights}</h2>
<ul class="plain">${page.statement.rights.map((right) => html`<li>${rightLine(page, right)}</li>`)}</ul></section>`;
