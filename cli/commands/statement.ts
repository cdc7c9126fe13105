import { writeFile } from 'node:fs/promises';
import { statementNotice } from '../../shared/statement/notice.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import type { DocumentRef, StatementRecord } from '../../shared/statement/statements.ts';
import { month } from '../arguments.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import type { Stack } from '../stack.ts';
import { paint } from '../terminal.ts';

interface Options {
  readonly month: string;
  readonly revision?: string;
  readonly html?: string;
  readonly json?: true;
}

const recordOf = async (
  stack: Stack,
  client: string,
  { month: period, revision }: Options,
): Promise<StatementRecord> => {
  const revisions = await stack.statements.revisions(client, period);
  const [waiting] = (await stack.statements.held(client, period)).slice(-1);
  const found =
    revision === undefined ? (revisions.at(-1) ?? waiting) : revisions.find((one) => String(one.revision) === revision);
  if (found) return found;
  const known = revisions.map((one) => one.revision).join(', ');
  throw new Refusal(
    exits.problems,
    `${client} has no statement for ${period}${revision === undefined ? '' : `, revision ${revision}`}`,
    known ? `Revisions: ${known}.` : `Settle the month with \`vigie settle --month ${period} --client ${client}\`.`,
  );
};

const documentOf = async ({ documents, address }: Stack, ref: DocumentRef): Promise<string> => {
  const text = await documents.get(ref);
  if (text === undefined) throw new Refusal(exits.problems, `the document ${address(ref.key)} is gone`);
  return text;
};

const statement = async (client: string, options: Options, { terminal, stack: open }: Context): Promise<void> => {
  const stack = await open();
  const record = await recordOf(stack, client, options);
  if (options.html !== undefined) {
    await writeFile(options.html, await documentOf(stack, record.documents.html));
    terminal.err(`${paint(terminal)('green', 'written')}  ${options.html}`);
  }
  if (options.json) terminal.out((await documentOf(stack, record.documents.json)).trimEnd());
  if (options.json || options.html !== undefined) return;
  const data = statementSchema.parse(JSON.parse(await documentOf(stack, record.documents.json)));
  const { email } = statementNotice(data, {
    revision: record.revision,
    differenceMinor: 0, // the ledger has it; what is shown here is what is owed
    documents: { json: stack.address(record.documents.json.key), html: stack.address(record.documents.html.key) },
  });
  if (record.status === 'held') terminal.err(paint(terminal)('yellow', 'held: nothing was sent to the client'));
  terminal.out(email.trimEnd());
};

export const registerStatement: Register = (program, context) => {
  program
    .command('statement')
    .summary("show or save a client's statement")
    .description("Shows what a settled month says, in the client's language; or saves the document that was issued.")
    .argument('<CLIENT>', "a client's id")
    .requiredOption('--month <month>', 'such as 2026-10', month)
    .option('--revision <number>', 'an earlier one (default: the newest)')
    .option('--html <file>', 'save the page')
    .option('--json', 'print the data, every figure exact')
    .addHelpText(
      'after',
      examples(
        ['statement atelier-dubois --month 2026-10', 'the verdict, what is owed, and where the documents are'],
        ['statement atelier-dubois --month 2026-10 --html october.html', 'the page, to look at or to print'],
        [
          "statement atelier-dubois --month 2026-10 --json | jq '.services[].parts[].clauses[].figure'",
          'exact fractions',
        ],
      ),
    )
    .action((client: string, options: Options) => statement(client, options, context));
};
