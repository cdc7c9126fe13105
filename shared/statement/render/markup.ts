/** Markup in which every value is escaped unless it is markup already: nothing a client is named can become a tag. */

declare const brand: unique symbol;
export interface Markup {
  readonly [brand]: 'Markup';
  readonly text: string;
}

export type Content = Markup | string | number | undefined | false | readonly Content[];

const raw = (text: string): Markup => ({ text }) as Markup;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls break a document and bidirectional overrides reorder what surrounds them: both are shown as replaced. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]/gu;

export const escapeText = (text: string): string =>
  text.replace(hostile, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');

const textOf = (content: Content): string => {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return String(content);
  return 'text' in content ? content.text : content.map(textOf).join('');
};

/** The literal parts are markup; what is put in is escaped, for text and for a quoted attribute alike. */
export const html = (literal: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  raw(literal.reduce((page, part, at) => page + part + (at < values.length ? textOf(values[at]) : ''), ''));

/** Only for text that this folder wrote itself, such as its style sheet. */
export const ours = (text: string): Markup => raw(text);

export interface Column {
  readonly heading: string;
  /** Figures are set to the right. */
  readonly figure?: boolean;
}

/**
 * A table that stays one for a screen reader when a narrow page lays its rows out as cards: `display` takes the roles
 * away, so they are written out. The first column heads its row.
 */
export const dataTable = (
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  options: { readonly total?: readonly Content[]; readonly captionHidden?: true } = {},
): Markup => {
  const kind = (at: number): string => (columns[at]?.figure ? 'figure' : 'words');
  return html`<table role="table">
<caption${options.captionHidden && html` class="hidden"`}>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    ({ heading }, at) => html`<th role="columnheader" scope="col" class="${kind(at)}">${heading}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${[...rows, ...(options.total ? [options.total] : [])].map(
    (row) =>
      html`<tr role="row"${row === options.total && html` class="total"`}>${row.map((cell, at) =>
        at === 0
          ? html`<th role="rowheader" scope="row" class="${kind(at)}">${cell}</th>`
          : html`<td role="cell" class="${kind(at)}" data-label="${columns[at]?.heading}"><span>${cell}</span></td>`,
      )}</tr>\n`,
  )}</tbody>
</table>`;
};
