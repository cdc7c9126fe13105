/** What an auditor reads last: the terms in force, and where every figure comes from. */
import { type Line, termsInWords } from '../language/terms.ts';
import { type Content, dataTable, html, type Markup } from './markup.ts';
import type { Page } from './page.ts';

/** Services under the same terms are told once, together. */
const groups = (page: Page): readonly { readonly names: readonly string[]; readonly lines: readonly Line[] }[] => {
  const found = new Map<string, { names: string[]; lines: readonly Line[] }>();
  for (const service of page.statement.services) {
    for (const part of service.parts) {
      const lines = termsInWords(part.terms, page.teller);
      const name = service.parts.length > 1 ? `${service.name} (${page.format.calendar(part.from)})` : service.name;
      const group = found.get(JSON.stringify(lines));
      if (group) group.names.push(name);
      else found.set(JSON.stringify(lines), { names: [name], lines });
    }
  }
  return [...found.values()];
};

export const conventions = (page: Page): Markup => {
  const { words, format } = page;
  return html`<section aria-labelledby="terms"><h2 id="terms">${words.terms}</h2>
<p>${words.termsIntro}</p>
${groups(page).map(
  ({ names, lines }) =>
    html`<h3>${words.termsFor(format.list(names))}</h3>
<dl class="terms">${lines.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`,
)}</section>`;
};

export const provenance = (page: Page): Markup => {
  const { statement, words } = page;
  const { planVersion, code, tzdata } = statement.provenance;
  const facts: readonly (readonly [string, Content])[] = [
    [words.facts.plan, html`<code>${planVersion}</code>`],
    [words.facts.revision, page.revision],
    ...(code ? [[words.facts.code, html`<code>${code}</code>`] as const] : []),
    ...(tzdata ? [[words.facts.tzdata, html`<code>${tzdata}</code>`] as const] : []),
  ];
  const exact = statement.services.flatMap((service) =>
    service.parts.flatMap((part) =>
      part.clauses.flatMap(({ kind, figure }) =>
        figure
          ? [[html`<bdi>${service.name}</bdi>`, words.figures.clause[kind], html`<code>${figure.exact}</code>`]]
          : [],
      ),
    ),
  );
  return html`<section aria-labelledby="provenance"><h2 id="provenance">${words.provenance}</h2>
<p>${words.provenanceIntro}</p>
<dl class="terms">${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
${
  exact.length > 0 &&
  dataTable(
    words.facts.exact,
    [
      { heading: words.columns.service },
      { heading: words.columns.what },
      { heading: words.columns.exact, figure: true },
    ],
    exact,
  )
}</section>`;
};
