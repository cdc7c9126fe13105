/** What a client wants to know before anything else: was the promise kept, and what is owed. */
import { downMsOf, leadOf, type Outcome, outcomeOf, overallOf } from '../reading.ts';
import type { ClauseStatement, ServiceStatement } from '../statement.ts';
import { type Content, dataTable, html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

/** The sentence that also opens an e-mail. */
export const verdictLine = ({ statement, words, format }: Page): string => {
  const { missed, promised, held } = overallOf(statement);
  if (held) return words.verdict.held;
  if (promised.length === 0) return words.verdict.nothingPromised;
  if (missed.length === 0) return words.verdict.allMet(promised.length);
  return words.verdict.missed(format.list(missed.map(({ name }) => name)), missed.length, promised.length);
};

export const owedLine = ({ statement, words, money }: Page): string => {
  const { missed, held, owedMinor } = overallOf(statement);
  if (held) return words.verdict.heldWhy;
  if (owedMinor > 0) return words.verdict.owed(money(owedMinor));
  return missed.length > 0 ? words.verdict.missedButNothing : words.verdict.owedNothing;
};

const undecided = ({ services }: Page['statement']): readonly ServiceStatement[] =>
  services.filter(({ parts }) => parts.some(({ clauses }) => clauses.some((clause) => !clause.settledByMeasurement)));

export const verdict = (page: Page): Markup => {
  const { statement, words, format } = page;
  const { missed, held } = overallOf(statement);
  const nameOf = (id: string): string => statement.services.find((service) => service.id === id)?.name ?? id;
  return html`<section class="verdict${held ? ' held' : missed.length > 0 ? ' missed' : ''}" aria-labelledby="verdict">
<h2 class="says" id="verdict">${verdictLine(page)}</h2>
<p>${owedLine(page)}</p>
${statement.holds.map(
  (hold) =>
    html`<p>${words.verdict.coverage(nameOf(hold.service), format.percent(hold.saw), format.share(hold.want))}</p>`,
)}${undecided(statement).map(({ name }) => html`<p>${words.verdict.withinResolution(name)}</p>`)}
</section>`;
};

const marks: Readonly<Record<Outcome, string>> = { met: '✓', missed: '✗', open: '…', none: '–' };

export const outcomeBadge = ({ words }: Page, outcome: Outcome): Markup =>
  html`<span class="state ${outcome}"><span aria-hidden="true">${marks[outcome]}</span> ${words.outcome[outcome]}</span>`;

/** One figure, or one for each part where terms changed in mid-period. */
const each = (service: ServiceStatement, say: (clause: ClauseStatement) => string): Content =>
  service.parts.flatMap((part, at) => {
    const lead = leadOf(part);
    return lead ? [at > 0 && html`<br>`, say(lead)] : [];
  });

export const overview = (page: Page): Markup => {
  const { statement, words, format, money, percent } = page;
  const rows = statement.services.map((service) => [
    html`<bdi>${service.name}</bdi>`,
    each(service, ({ target }) => (target ? format.share(target.exact) : words.figures.nothingPromised)),
    each(service, ({ figure, target }) => (figure ? percent(figure, target) : words.figures.nothingMeasured)),
    format.duration(downMsOf(service)),
    outcomeBadge(page, outcomeOf(service)),
    money(service.creditMinor),
  ]);
  return html`<section aria-labelledby="overview"><h2 id="overview">${words.overview}</h2>
${dataTable(
  words.overviewCaption(page.month),
  [
    { heading: words.columns.service },
    { heading: words.columns.promised, figure: true },
    { heading: words.columns.delivered, figure: true },
    { heading: words.columns.downtime, figure: true },
    { heading: words.columns.outcome },
    { heading: words.columns.credit, figure: true },
  ],
  rows,
)}</section>`;
};
