/** One service: what was promised and delivered, the days, every outage and every time that was left out. */
import { dateOf } from '../../time/calendar.ts';
import { epochMs } from '../../time/span.ts';
import { budgetOf, leadOf, outcomeOf, wholeMs } from '../reading.ts';
import type { ClauseStatement, Excluded, OutageStatement, PartStatement, ServiceStatement } from '../statement.ts';
import { daysOf } from './days.ts';
import { type Content, dataTable, html, type Markup } from './markup.ts';
import type { Page } from './page.ts';
import { strip } from './strip.ts';
import { outcomeBadge } from './verdict.ts';

const box = (label: string, big: Content, small: Content, state?: 'met' | 'missed'): Markup =>
  html`<div${state && html` class="${state}"`}><dt>${label}</dt><dd class="big">${big}</dd>${small && html`<dd class="small">${small}</dd>`}</div>`;

const figures = (page: Page, clause: ClauseStatement): Markup => {
  const { words, format, percent } = page;
  const { figure, target, tested, time, met, bounds, settledByMeasurement } = clause;
  const said = words.figures;
  const budget = budgetOf(clause);
  const delivered: Content[] = [
    tested && tested.exact !== figure?.exact && html`${said.tested(percent(tested, target))}<br>`,
    bounds &&
      percent(bounds.worst, target) !== percent(bounds.best, target) &&
      said.between(percent(bounds.worst, target), percent(bounds.best, target)),
    !settledByMeasurement && html`<br>${words.unresolved}`,
  ];
  return html`<dl class="figures">
${box(said.promised, target ? format.share(target.exact) : '–', target ? said.clause[clause.kind] : said.nothingPromised)}
${box(said.delivered, figure ? percent(figure, target) : '–', figure ? delivered : said.nothingMeasured, met === undefined ? undefined : met ? 'met' : 'missed')}
${
  time &&
  html`${box(said.downtime, format.duration(wholeMs(time.downMs.measured)), [
    time.downMs.atLeast !== time.downMs.atMost &&
      html`${said.bounds(format.duration(wholeMs(time.downMs.atLeast)), format.duration(wholeMs(time.downMs.atMost)))}<br>`,
    said.serviceTime(format.duration(wholeMs(time.serviceMs))),
  ])}
${box(
  said.budget,
  budget ? (budget.share === undefined ? '–' : format.percentSpent(budget.share)) : '–',
  budget
    ? budget.share === undefined
      ? said.noBudget
      : said.budgetOf(format.duration(wholeMs(budget.usedMs)), format.duration(wholeMs(budget.allowedMs)))
    : said.nothingPromised,
)}
${box(said.bare, figure && time.bare.figure ? percent(time.bare.figure, target) : '–', said.bareWhy)}`
}
</dl>`;
};

const outageTable = (page: Page, part: PartStatement, outages: readonly OutageStatement[]): Markup => {
  const { words, format } = page;
  if (outages.length === 0) return html`<p class="note">${words.noOutages}</p>`;
  const verdict = (outage: OutageStatement): string => {
    const lasted = outage.end - outage.start;
    if (outage.verdict === 'counted')
      return wholeMs(outage.countedMs) === lasted ? words.outage.counted : words.outage.partly;
    return words.outage[outage.verdict];
  };
  return dataTable(
    words.outages,
    [
      { heading: words.columns.when },
      { heading: words.columns.lasted, figure: true },
      { heading: words.columns.counted, figure: true },
      { heading: words.columns.what },
    ],
    outages.map((outage) => [
      format.between(outage),
      format.duration(outage.end - outage.start),
      format.duration(wholeMs(outage.countedMs)),
      html`${[
        verdict(outage),
        outage.start < part.start && words.outage.before,
        outage.end > part.end && words.outage.after,
      ]
        .filter(Boolean)
        .join(', ')}<br><span class="note"><bdi>${outage.endpoints.map(page.endpointName).join(', ')}</bdi></span>`,
    ]),
  );
};

const excludedTable = (page: Page, excluded: readonly Excluded[]): Markup => {
  const { words, format } = page;
  const hours = excluded.filter(({ reason }) => reason === 'hours');
  const others = excluded.filter(({ reason }) => reason !== 'hours');
  if (excluded.length === 0) return html`<p class="note">${words.excludedNone}</p>`;
  const why = ({ reason, treat, because, by }: Excluded): Content =>
    html`${words.reasons[reason]}${treat === 'up' && html` (${words.treated.up})`}${(because || by) && html`<br><span class="note">${because && html`<bdi>${because}</bdi>`}${because && by && ', '}${by && (by === 'contract' ? words.byContract : words.declaredBy(by))}</span>`}`;
  const listed = (rows: readonly Excluded[], caption: string): Markup =>
    dataTable(
      caption,
      [{ heading: words.columns.when }, { heading: words.columns.share, figure: true }, { heading: words.columns.why }],
      rows.map((one) => [format.between(one), format.duration(one.end - one.start), why(one)]),
    );
  const total = hours.reduce((sum, { start, end }) => sum + (end - start), 0);
  return html`${others.length > 0 && listed(others, words.excluded)}${
    hours.length > 0 &&
    html`<details><summary>${words.reasons.hours} <span class="note">${words.excludedHours(hours.length, format.duration(total))}</span></summary>${listed(hours, words.excluded)}</details>`
  }`;
};

const refusedTable = (page: Page, refused: NonNullable<ClauseStatement['time']>['refused']): Content =>
  refused.length > 0 &&
  dataTable(
    page.words.refusedTitle,
    [
      { heading: page.words.columns.what },
      { heading: page.words.columns.share, figure: true },
      { heading: page.words.columns.why },
    ],
    refused.map(({ id, why, ms }) => [html`<bdi>${id}</bdi>`, page.format.duration(ms), page.words.refused[why]]),
  );

const ticketTable = (page: Page, { id, tickets = [] }: ClauseStatement): Content =>
  tickets.length > 0 &&
  dataTable(
    `${page.words.figures.clause.tickets} (${id})`,
    [
      { heading: page.words.columns.ticket },
      { heading: page.words.columns.when },
      { heading: page.words.columns.due },
      { heading: page.words.columns.late, figure: true },
    ],
    tickets.map((ticket) => [
      html`<bdi>${ticket.id}</bdi>`,
      page.format.instant(ticket.openedAt),
      page.format.instant(ticket.dueAt),
      ticket.lateMs > 0 ? page.format.duration(ticket.lateMs) : '–',
    ]),
  );

/** Whatever else the terms promise: answers, resolutions, deliveries; a line each. */
const others = (page: Page, { clauses }: PartStatement): Content => {
  const { words, format, percent } = page;
  const rest = clauses.slice(1);
  if (rest.length === 0) return undefined;
  return html`${dataTable(
    words.others,
    [
      { heading: words.columns.what },
      { heading: words.columns.promised, figure: true },
      { heading: words.columns.delivered, figure: true },
      { heading: words.columns.outcome },
    ],
    rest.map(({ id, kind, target, figure, met }) => [
      html`${words.figures.clause[kind]} <span class="note"><bdi>${id}</bdi></span>`,
      target ? format.share(target.exact) : '–',
      figure ? percent(figure, target) : words.noCase,
      met === undefined ? '–' : outcomeBadge(page, met ? 'met' : 'missed'),
    ]),
  )}${rest.map((one) => ticketTable(page, one))}`;
};

const partSection = (page: Page, part: PartStatement): Content => {
  const lead = leadOf(part);
  const time = lead?.time;
  return [
    lead && figures(page, lead),
    time && outageTable(page, part, time.outages),
    time && excludedTable(page, time.excluded),
    time && refusedTable(page, time.refused),
    lead && ticketTable(page, lead),
    others(page, part),
  ];
};

const dates = (page: Page, part: PartStatement): string =>
  page.words.part(
    page.format.calendar(dateOf(part.start, page.statement.period.zone)),
    page.format.calendar(dateOf(epochMs(part.end - 1), page.statement.period.zone)),
  );

const withTier = ({ parts }: ServiceStatement): string | undefined => parts.at(-1)?.tier;

export const service = (page: Page, one: ServiceStatement): Markup => {
  const { words, money, statement } = page;
  const tier = withTier(one);
  const fee = one.feeMinor > 0 && `${words.figures.fee} ${money(one.feeMinor)}`;
  const hasTime = one.parts.some(({ clauses }) => clauses[0]?.time);
  return html`<section class="service" aria-labelledby="service-${one.id}">
<h2 class="service-head" id="service-${one.id}"><bdi>${one.name}</bdi> ${outcomeBadge(page, outcomeOf(one))}</h2>
<p class="note">${[tier && words.tier(page.tierName(tier)), fee].filter(Boolean).join(' · ')}</p>
${!one.closes && html`<p>${words.goesOn}</p>`}
${hasTime && strip(daysOf(one, statement.period.zone), `days-${one.id}`, words, page.format)}
${one.parts.map(
  (part) =>
    html`${one.parts.length > 1 && html`<h3>${dates(page, part)}${part.tier && html` · ${words.tier(page.tierName(part.tier))}`}</h3>`}${partSection(page, part)}`,
)}
</section>`;
};
