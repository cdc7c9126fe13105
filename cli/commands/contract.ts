import { type Contracts, decodeContracts, type TracedTerm } from '../../shared/contract/folder.ts';
import type { Language } from '../../shared/contract/plan.ts';
import { languages } from '../../shared/contract/plan.ts';
import { scheduleHtml } from '../../shared/contract/render/html.ts';
import { scheduleMarkdown } from '../../shared/contract/render/markdown.ts';
import { scheduleOf } from '../../shared/contract/render/schedule.ts';
import { dateOf } from '../../shared/time/calendar.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import { clientIn } from '../stack.ts';
import { paint, table } from '../terminal.ts';
import { registerContractCheck } from './contract-check.ts';
import { filesOf, folderOf, printProblems } from './validate.ts';

interface Options {
  readonly clients?: string;
  readonly at?: string;
  readonly service?: string;
  readonly json?: true;
  readonly language?: string;
  readonly html?: true;
}

const contractsIn = async ({ clients }: Options, context: Context): Promise<Contracts | undefined> => {
  const folder = folderOf(clients, context.terminal);
  const decoded = decodeContracts(await filesOf(folder), { privateAddresses: true });
  if (decoded.ok) return decoded.value;
  printProblems(decoded.problems, context.terminal);
  context.exitCode = exits.problems;
  return undefined;
};

const dayOf = ({ at }: Options, zone: string, { terminal }: Context): string => {
  if (at === undefined) return dateOf(terminal.now(), zone);
  if (/^\d{4}-\d{2}-\d{2}$/.test(at) && !Number.isNaN(Date.parse(at))) return at;
  throw new Refusal(exits.usage, `"${at}" is no date`, 'Want a day such as 2026-10-16.');
};

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const origin = ({ file, line }: TracedTerm): string => (file === undefined ? 'default' : `${file}:${line}`);

const show = async (id: string, options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const contracts = await contractsIn(options, context);
  if (!contracts) return;
  const client = clientIn(contracts.plan, id);
  const day = dayOf(options, client.zone, context);
  const services = client.services.filter((one) => options.service === undefined || one.id === options.service);
  if (services.length === 0) throw new Refusal(exits.usage, `${id} has no service "${options.service}"`);
  const traced = services.map((one) => ({ service: one.id, terms: contracts.trace(id, one.id, day) ?? [] }));
  if (options.json) {
    terminal.out(JSON.stringify({ client: id, at: day, services: traced }, null, 2));
    return;
  }
  const color = paint(terminal);
  for (const { service, terms } of traced) {
    terminal.out(color('bold', `${client.name}, ${service}, in force on ${day}`));
    terminal.out(table(terms.map((term) => [`  ${term.path}`, color('dim', origin(term)), written(term.value)])));
    terminal.out('');
  }
};

const languageOf = (text: string | undefined): Language | undefined => {
  const found = languages.find((one) => one === text);
  if (text !== undefined && found === undefined)
    throw new Refusal(exits.usage, `"${text}" is no language`, `Languages: ${languages.join(', ')}.`);
  return found;
};

const render = async (id: string, options: Options, context: Context): Promise<void> => {
  const contracts = await contractsIn(options, context);
  if (!contracts) return;
  const client = clientIn(contracts.plan, id);
  const day = dayOf(options, client.zone, context);
  const language = languageOf(options.language);
  const schedule = scheduleOf(contracts.plan, client, { date: day, ...(language && { language }) });
  context.terminal.out((options.html ? scheduleHtml(schedule) : scheduleMarkdown(schedule)).trimEnd());
};

export const registerContract: Register = (program, context) => {
  const contract = program
    .command('contract')
    .summary('what was agreed, and where it is written')
    .description("Reads a folder of client files and tells a client's terms. Needs no AWS.");
  const folder = [
    '--clients <dir>',
    'the folder that holds provider.yaml (default: $VIGIE_CLIENTS, else here)',
  ] as const;
  contract
    .command('show')
    .summary('the effective terms, each with its file and line')
    .argument('<CLIENT>', "a client's id")
    .option('--at <date>', 'on this day (default: today)')
    .option('--service <id>', 'only this service')
    .option(...folder)
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      examples([
        'contract show clinique-saint-roch --at 2026-10-16',
        'what holds from that day on, and where it came from',
      ]),
    )
    .action((id: string, options: Options) => show(id, options, context));
  registerContractCheck(contract, context);
  contract
    .command('render')
    .summary('the terms as a schedule to append to a contract')
    .argument('<CLIENT>', "a client's id")
    .option('--at <date>', 'as in force on this day (default: today)')
    .option('--language <language>', "fr or en (default: the client's)")
    .option('--html', 'a page that is ready to print, instead of Markdown')
    .option(...folder)
    .addHelpText(
      'after',
      examples(['contract render hudson-legal --language en > schedule.md', 'the SLA schedule, in words']),
    )
    .action((id: string, options: Options) => render(id, options, context));
};
