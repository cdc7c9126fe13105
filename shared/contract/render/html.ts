/** The schedule as one self-contained page, in the dress of a statement: no script, nothing fetched, ready for paper. */
import { dataTable, html, type Markup, ours } from '../../statement/render/markup.ts';
import { style, styleHash } from '../../statement/render/style.ts';
import type { Block, Schedule, Section } from './schedule.ts';

const block = (one: Block, heading: string): Markup => {
  switch (one.kind) {
    case 'text':
      return html`<p>${one.text}</p>`;
    case 'list':
      return html`<ul>${one.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case 'lines':
      return html`<dl class="terms">${one.lines.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`;
    case 'table':
      return dataTable(
        heading,
        one.heads.map((head) => ({ heading: head })),
        one.rows,
        { captionHidden: true },
      );
  }
};

const section = ({ heading, level, blocks }: Section): Markup => {
  const title = level === 2 ? html`<h2>${heading}</h2>` : html`<h3>${heading}</h3>`;
  return html`${title}
${blocks.map((one) => block(one, heading))}
`;
};

export const scheduleHtml = ({ language, title, sections }: Schedule): string =>
  html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${ours(styleHash)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} — ${sections[0]?.heading}</title>
<style>${ours(style)}</style>
</head>
<body>
<div class="sheet">
<main>
<h1>${title}</h1>
${sections.map(section)}
</main>
</div>
</body>
</html>
`.text;
