/** A statement as one self-contained page: no script, nothing fetched, ready for A4, for a telephone and a dark room. */
import type { Language } from '../../contract/plan.ts';
import { dateOf } from '../../time/calendar.ts';
import { epochMs } from '../../time/span.ts';
import { decimalsOf, formatFor } from '../language/format.ts';
import { wordsOf } from '../language/languages.ts';
import type { Statement } from '../statement.ts';
import { conventions, provenance } from './appendix.ts';
import { credits, rights } from './credits.ts';
import { html, ours } from './markup.ts';
import type { Page } from './page.ts';
import { service } from './service.ts';
import { textures } from './strip.ts';
import { style, styleHash } from './style.ts';
import { overview, verdict } from './verdict.ts';

/** What a page says besides the statement: names that its data holds only as ids, and where it stands in the ledger. */
export interface Presentation {
  /** @default the client's */
  readonly language?: Language;
  /** The MSP's name, for the head and the foot of the page. */
  readonly provider?: string;
  /** @default 1 */
  readonly revision?: number;
  /** Names of endpoints by id; an id without one is shown as it is. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Names of tiers by id. */
  readonly tiers?: Readonly<Record<string, string>>;
}

export const pageOf = (statement: Statement, presentation: Presentation = {}): Page => {
  const { client, period } = statement;
  const language = presentation.language ?? client.language;
  const format = formatFor(language, period.zone, period);
  const words = wordsOf(language);
  const money = (minor: number): string =>
    format.money({ currency: client.currency, minor, digits: client.minorDigits });
  return {
    statement,
    language,
    words,
    format,
    money,
    teller: { words: words.termWords, format, money },
    provider: presentation.provider,
    revision: presentation.revision ?? 1,
    endpointName: (id) => presentation.endpoints?.[id] ?? id,
    tierName: (id) => presentation.tiers?.[id] ?? id,
    month: /^\d{4}-\d{2}$/.test(period.label) ? format.calendar(period.label) : period.label,
    percent: ({ exact }, target) =>
      // At least the target's decimals, so that what is cut can never seem to pass it.
      format.percent(exact, Math.max(3, target === undefined ? 0 : decimalsOf(target.exact))),
  };
};

export const renderStatement = (statement: Statement, presentation: Presentation = {}): string => {
  const page = pageOf(statement, presentation);
  const { words, format } = page;
  const { client, period } = statement;
  const last = epochMs(period.end - 1); // the last day is inside
  return html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${ours(styleHash)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${words.titleFor(page.month)} — ${client.name}</title>
<style>${ours(style)}</style>
</head>
<body>
${textures}
<div class="sheet">
<header class="head"><span class="provider">${page.provider ?? 'Vigie'}</span><span>${words.reference(`${client.id}-${period.label}`, page.revision)}${page.revision > 1 && html` (${words.supersedes(page.revision - 1)})`}</span></header>
<main>
<h1>${words.titleFor(page.month)}</h1>
<p class="for"><strong><bdi>${client.name}</bdi></strong><br>${words.span(format.calendar(dateOf(period.start, period.zone)), format.calendar(dateOf(last, period.zone)), period.zone)}</p>
${verdict(page)}
${overview(page)}
${statement.services.map((one) => service(page, one))}
${credits(page)}
${rights(page)}
${conventions(page)}
${provenance(page)}
</main>
<footer>${words.footer(page.provider)}</footer>
</div>
</body>
</html>
`.text;
};
