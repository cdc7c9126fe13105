import * as z from 'zod';
import type { Plan } from '../../shared/contract/plan.ts';
import { formatFor } from '../../shared/statement/language/format.ts';
import type { ClientOutcome, SettlementOutcome } from '../../shared/statement/statements.ts';
import { month } from '../arguments.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import { planInForce, type Stack } from '../stack.ts';
import { counted, paint, type Terminal, table } from '../terminal.ts';

interface Options {
  readonly month: string;
  readonly client?: readonly string[];
  readonly wait: boolean;
  readonly revise?: true;
}

/** What the last step of the state machine answers. */
const closedSchema = z.object({ period: z.string(), run: z.string(), clients: z.int(), leftOver: z.int() });

const pollMs = 2_000;

const said: Readonly<Record<SettlementOutcome, string>> = {
  issued: 'issued',
  revised: 'revised',
  held: 'held: too little was measured, somebody must decide',
  unchanged: 'unchanged: issued before, and the same today',
  'inputs-changed': 'differs from what was issued; --revise issues a correction',
  'not-ended': 'the month is not over in their zone',
  'not-live': 'no service was live in the month',
};
const wantsSomebody: readonly SettlementOutcome[] = ['held', 'inputs-changed', 'not-ended'];

const amountOf = ({ creditMinor, currency, client }: ClientOutcome, plan: Plan): string => {
  const one = plan.clients.find(({ id }) => id === client);
  if (creditMinor === undefined || currency === undefined) return '';
  const digits = one?.minorDigits ?? 2;
  return formatFor('en', one?.zone ?? 'UTC').money({ currency, minor: creditMinor, digits });
};

const lambdaErrorSchema = z.object({ errorMessage: z.string() });

/** A Lambda's error reaches Step Functions as JSON; its message is what a person wants. */
const reasonOf = (cause: string): string => {
  try {
    return lambdaErrorSchema.parse(JSON.parse(cause)).errorMessage;
  } catch {
    return cause; // in AWS's own words
  }
};

const wait = async (stack: Stack, execution: string, terminal: Terminal) => {
  const begun = terminal.now();
  for (let told = begun; ; await terminal.sleep(pollMs)) {
    const look = await stack.settlement(execution);
    if (look.state === 'failed')
      throw new Refusal(
        exits.problems,
        `the settlement failed: ${reasonOf(look.cause ?? '')}`,
        'docs/runbook.md#settlement-failed',
      );
    if (look.state === 'done') return closedSchema.parse(look.output);
    if (terminal.now() - told >= pollMs) {
      told = terminal.now();
      terminal.err(`  settling, ${Math.round((told - begun) / 1000)} s`);
    }
  }
};

const settle = async (options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const color = paint(terminal);
  const stack = await context.stack();
  const { plan } = await planInForce(stack);
  const execution = await stack.startSettlement({
    period: options.month,
    ...(options.client && { clients: options.client }),
    ...(options.revise && { revise: true }),
  });
  terminal.err(`${color('dim', 'started')}  ${execution}`);
  if (!options.wait) return;
  const { run, clients, leftOver } = await wait(stack, execution, terminal);
  const outcomes = await stack.settlements.outcomes({ period: options.month, run });
  terminal.out(
    table(
      outcomes.map((one) => [
        one.client,
        one.revision === undefined ? '' : `r${one.revision}`,
        amountOf(one, plan),
        wantsSomebody.includes(one.outcome) ? color('yellow', said[one.outcome]) : said[one.outcome],
      ]),
    ),
  );
  const missing = clients - outcomes.length;
  if (missing > 0)
    terminal.err(color('red', `${counted(missing, 'client')} could not be settled: docs/runbook.md#settlement-failed`));
  if (leftOver > 0) context.exitCode = exits.problems;
};

export const registerSettle: Register = (program, context) => {
  program
    .command('settle')
    .summary('settle a month that has ended')
    .description(
      'Settles a month for every client, or for some, and tells how each ended. The schedule does this by itself on the 1st; twice changes nothing and sends nothing twice.',
    )
    .requiredOption('--month <month>', 'such as 2026-10', month)
    .option('--client <id...>', 'only these')
    .option('--revise', 'where what a statement was computed from has changed, issue a correction')
    .option('--wait', 'wait for the outcome', true)
    .option('--no-wait', 'only start it')
    .addHelpText(
      'after',
      examples(
        ['settle --month 2026-10', 'every client; exit code 1 if one of them needs somebody'],
        ['settle --month 2026-10 --client atelier-dubois --revise', 'a correction after a late exclusion'],
      ),
    )
    .action((options: Options) => settle(options, context));
};
