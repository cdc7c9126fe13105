/** `vigie contract check`: what a reviewer would say of files that are valid. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import { type Contracts, decodeContracts, tracedAt } from '../../shared/contract/folder.ts';
import { type MeasuredMonth, overPromised } from '../../shared/contract/over-promised.ts';
import { type Finding, review } from '../../shared/contract/review.ts';
import { evidenceSchema, noEvidence } from '../../shared/measure/evidence.ts';
import { type Context, examples } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import { clientIn } from '../stack.ts';
import { counted, paint, table } from '../terminal.ts';
import { filesOf, folderOf, printProblems } from './validate.ts';

interface Options {
  readonly client?: string;
  readonly months?: string;
  readonly strict?: true;
  readonly json?: true;
}

/** What is left out of a month was not there, as in `vigie simulate`. */
const monthsSchema = z.array(
  z.strictObject({
    period: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
    evidence: z
      .record(z.string(), z.unknown())
      .transform((said): unknown => ({ ...noEvidence, ...said }))
      .pipe(evidenceSchema),
  }),
);

const monthsIn = async (path: string | undefined): Promise<readonly MeasuredMonth[]> => {
  if (path === undefined) return [];
  const wrong = (why: string) =>
    new Refusal(exits.usage, `cannot use ${path}: ${why}`, 'Want [{ "period": "2026-10", "evidence": {…} }, …].');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw wrong(String(error));
  });
  const json = z.string().transform((said, ctx): unknown => {
    try {
      return JSON.parse(said);
    } catch {
      ctx.addIssue('it is no JSON');
      return z.NEVER;
    }
  });
  const months = json.pipe(monthsSchema).safeParse(text);
  if (!months.success)
    throw wrong(months.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`.trim()).join('; '));
  return months.data;
};

type Placed = Finding & { readonly file?: string; readonly line?: number };

/** A finding at the line that says what it is about. */
const placed = (finding: Finding, { plan, trace }: Contracts): Placed => {
  const { client, service, from, term } = finding;
  if (service === undefined || term === undefined) return finding;
  const newest = plan.clients
    .find(({ id }) => id === client)
    ?.services.find(({ id }) => id === service)
    ?.versions.at(-1)?.from;
  const found = tracedAt(trace(client, service, from ?? newest ?? '') ?? [], term);
  return { ...finding, ...(found?.file && { file: found.file, line: found.line }) };
};

const check = async (dir: string | undefined, options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const decoded = decodeContracts(await filesOf(folderOf(dir, terminal)), { privateAddresses: true });
  if (!decoded.ok) {
    printProblems(decoded.problems, terminal);
    context.exitCode = exits.problems;
    return;
  }
  const { plan } = decoded.value;
  const clients = options.client === undefined ? plan.clients : [clientIn(plan, options.client)];
  const months = await monthsIn(options.months);
  const findings = [...review({ ...plan, clients }), ...clients.flatMap((client) => overPromised(client, months))].map(
    (finding) => placed(finding, decoded.value),
  );
  const color = paint(terminal);
  if (options.json) terminal.out(JSON.stringify(findings, null, 2));
  else if (findings.length === 0)
    terminal.out(`${color('green', 'nothing to say')}  of ${counted(clients.length, 'client')}`);
  else
    terminal.out(
      table(
        findings.map(({ file, line, client, service, code, text }) => [
          color('bold', file === undefined ? client : `${file}:${line}`),
          color('yellow', code),
          `${service === undefined ? client : `${client}/${service}`}: ${text}`,
        ]),
      ),
    );
  if (options.strict && findings.length > 0) context.exitCode = exits.problems;
};

export const registerContractCheck = (contract: Command, context: Context): void => {
  contract
    .command('check')
    .summary('what a reviewer would say of files that are valid')
    .description(
      'Finds promises that cannot be proved, caps that swallow the month, bands that never apply, nobody to call. Needs no AWS.',
    )
    .argument('[DIR]', 'the folder that holds provider.yaml (default: $VIGIE_CLIENTS, else here)')
    .option('--client <id>', 'only this client')
    .option('--months <file>', 'months already measured, as JSON: what they would have cost under the terms of today')
    .option('--strict', 'exit code 1 when there is anything to say')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      examples(
        ['contract check examples/atelier-ops', 'each finding with the file and line that says it'],
        [
          'contract check --client hudson-legal --months measured.json',
          'also promises that the past would have broken',
        ],
      ),
    )
    .action((dir: string | undefined, options: Options) => check(dir, options, context));
};
