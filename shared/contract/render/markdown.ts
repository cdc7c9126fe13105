/** The schedule as Markdown: for a repository, a ticket, or a word processor that reads it. */
import type { Block, Schedule } from './schedule.ts';

/** What people write is text: nothing in a name becomes a link, a heading or another column. */
const plain = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');

const block = (one: Block, colon: string): string => {
  switch (one.kind) {
    case 'text':
      return plain(one.text);
    case 'list':
      return one.items.map((item) => `- ${plain(item)}`).join('\n');
    case 'lines':
      return one.lines.map(({ label, text }) => `- **${plain(label)}**${colon}${plain(text)}`).join('\n');
    case 'table': {
      const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
      return [row(one.heads), `|${' --- |'.repeat(one.heads.length)}`, ...one.rows.map(row)].join('\n');
    }
  }
};

export const scheduleMarkdown = ({ title, colon, sections }: Schedule): string => {
  const parts = sections.flatMap(({ heading, level, blocks }) => [
    `${'#'.repeat(level)} ${plain(heading)}`,
    ...blocks.map((one) => block(one, colon)),
  ]);
  return `${[`# ${plain(title)}`, ...parts].join('\n\n')}\n`;
};
