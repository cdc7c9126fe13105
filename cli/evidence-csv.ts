/**
 * Evidence as a spreadsheet writes it: a row a fact, `kind` says of which kind. docs/formats.md documents the columns.
 *
 * Times   on the client's clock unless they carry an offset; milliseconds since 1970 as in JSON.
 * Errors  all rows at once, each with line, column and the mend; a column that a kind has no use for is one.
 */
import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import { didYouMean } from '../shared/contract/did-you-mean.ts';
import type { ClientPlan } from '../shared/contract/plan.ts';
import type { Decoded, Problem, ProblemCode } from '../shared/contract/problem.ts';
import { show } from '../shared/contract/report.ts';
import { type Evidence, evidenceSchema } from '../shared/measure/evidence.ts';
import { csvColumns, csvKinds, emptyDraft, enter, isKind, kindNames } from './evidence-kinds.ts';
import { Row } from './evidence-row.ts';

/** Characters. */
const mostCharacters = 20_000_000;

const recordsSchema = z.array(z.object({ info: z.object({ lines: z.int() }), record: z.array(z.string()) }));

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A comma, a semicolon (as French spreadsheets write it) or a tab: whichever the first line has. */
const delimiterOf = (text: string): string => {
  const first = text.slice(0, text.search(/\r|\n|$/));
  return [',', ';', '\t'].find((sign) => first.includes(sign)) ?? ',';
};

const linesOf = (text: string, file: string): Decoded<readonly Line[]> => {
  const refused = (code: ProblemCode, line: number, saw: string, want: string): Decoded<readonly Line[]> => ({
    ok: false,
    problems: [{ code, path: '', saw, want, file, line }],
  });
  if (text.length > mostCharacters)
    return refused('too-large', 1, `more than ${mostCharacters} characters`, 'a smaller file');
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0)
    return refused(
      'encoding',
      text.slice(0, broken).split('\n').length,
      'bytes that are not UTF-8',
      'the file saved as CSV UTF-8',
    );
  try {
    const options = { bom: true, delimiter: delimiterOf(text), info: true, relax_column_count: true, trim: true };
    const records = recordsSchema.parse(parse(text, options));
    const lines = records.map(({ info, record }): Line => {
      const within = record.join('').split(/\r\n|\r|\n/).length - 1; // line ends in quotes
      return { line: info.lines - within, cells: record };
    });
    return { ok: true, value: lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    return refused(
      'syntax',
      line,
      error.message,
      'quotes in pairs around a text that holds quotes, separators or line ends',
    );
  }
};

/** Evidence, or every problem of the file. */
export const evidenceFromCsv = (text: string, file: string, client: ClientPlan): Decoded<Evidence> => {
  const read = linesOf(text, file);
  if (!read.ok) return read;
  const [header, ...rows] = read.value;
  const problems: Problem[] = [];
  const names = header?.cells.map((cell) => cell.toLowerCase()) ?? [];
  const refuseAt = (line: number) => (code: ProblemCode, name: string, saw: string, want: string) => {
    const at = names.indexOf(name);
    problems.push({ code, path: name, saw, want, file, line, ...(at >= 0 && { column: at + 1 }) });
  };
  for (const [i, name] of names.entries()) {
    const column = { file, line: header?.line ?? 1, column: i + 1, path: name };
    if (!csvColumns.includes(name))
      problems.push({
        code: 'unknown-field',
        ...column,
        saw: `the column "${name}"`,
        want: didYouMean(name, csvColumns),
      });
    else if (names.indexOf(name) < i)
      problems.push({ code: 'duplicate-id', ...column, saw: `a second column "${name}"`, want: 'each column once' });
  }
  if (!names.includes('kind'))
    problems.push({
      code: 'missing-field',
      path: 'kind',
      file,
      line: 1,
      saw: 'no column "kind"',
      want: `a first line with the columns: kind, …`,
    });
  if (problems.length > 0) return { ok: false, problems };
  const draft = emptyDraft();
  for (const { line, cells } of rows) {
    if (cells.every((cell) => cell === '')) continue; // what a spreadsheet leaves below its table
    const complain = refuseAt(line);
    if (cells.length > names.length)
      complain(
        'bad-value',
        '',
        `${cells.length} cells`,
        `${names.length}, as the first line has: quotes around a text with separators`,
      );
    const filled = new Map(names.map((name, i) => [name, cells[i] ?? '']));
    const kind = filled.get('kind') ?? '';
    if (!isKind(kind)) {
      complain(
        kind === '' ? 'missing-field' : 'bad-value',
        'kind',
        show(kind || undefined),
        didYouMean(kind, kindNames),
      );
      continue;
    }
    const { must, may }: { must: readonly string[]; may: readonly string[] } = csvKinds[kind];
    const before = problems.length;
    for (const name of must)
      if ((filled.get(name) ?? '') === '')
        complain('missing-field', name, 'nothing', `${name}: every row of kind ${kind} says it`);
    for (const [name, cell] of filled)
      if (cell !== '' && name !== 'kind' && !must.includes(name) && !may.includes(name))
        complain('unknown-field', name, show(cell), `nothing: ${kind} has ${[...must, ...may].join(', ')}`);
    if (problems.length === before) enter(draft, kind, new Row(filled, client, complain), complain);
  }
  for (const { runs } of Object.values(draft.requests)) runs.sort((a, b) => a.start - b.start);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: evidenceSchema.parse({ ...draft, schema: 1 }) };
};
