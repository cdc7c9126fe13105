import { sha256 } from '../../shared/adapters/sha256.ts';
import type { ClientPlan } from '../../shared/contract/plan.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import type { DeclaredWindow } from '../../shared/measure/windows.ts';
import { formatFor } from '../../shared/statement/language/format.ts';
import { dateOf } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { duration, instantIn } from '../arguments.ts';
import { type Context, examples, type Register } from '../context.ts';
import { warnings, whoIs } from '../declared.ts';
import { exits, Refusal } from '../refusal.ts';
import { clientIn, planInForce } from '../stack.ts';
import { paint, table } from '../terminal.ts';
import { type ExportOptions, exportCalendar, type ImportOptions, importCalendar } from './maintenance-calendar.ts';

interface AddOptions {
  readonly from: string;
  readonly to?: string;
  readonly for?: number;
  readonly reason: string;
  readonly by?: string;
  readonly service?: readonly string[];
  readonly emergency?: true;
}

const endOf = (start: EpochMs, { to, for: length }: AddOptions, zone: string): EpochMs => {
  if ((to === undefined) === (length === undefined))
    throw new Refusal(exits.usage, 'when does it end?', 'Say either --to 2026-12-01T00:00 or --for 2h.');
  const end = to === undefined ? epochMs(start + (length ?? 0)) : instantIn(to, zone);
  if (end <= start) throw new Refusal(exits.usage, 'the window ends before it begins');
  return end;
};

/** The same window declared twice is one window: its id is made of what it is. */
const idOf = (start: EpochMs, end: EpochMs, zone: string, services: readonly string[]): string =>
  `${dateOf(start, zone)}-${sha256(JSON.stringify([start, end, services])).slice(0, 6)}`;

const servicesOf = (client: ClientPlan, named: readonly string[] | undefined): string[] | undefined => {
  const unknown = named?.find((id) => !client.services.some((service) => service.id === id));
  if (unknown !== undefined)
    throw new Refusal(
      exits.usage,
      `${client.id} has no service "${unknown}"`,
      `Services: ${client.services.map(({ id }) => id).join(', ')}.`,
    );
  return named && [...new Set(named)].sort();
};

const add = async (id: string, options: AddOptions, { terminal, stack: open }: Context): Promise<void> => {
  const stack = await open();
  const client = clientIn((await planInForce(stack)).plan, id);
  const start = instantIn(options.from, client.zone);
  const end = endOf(start, options, client.zone);
  const services = servicesOf(client, options.service);
  const window: MaintenanceWindow = {
    id: idOf(start, end, client.zone, services ?? []),
    start,
    end,
    declaredAt: terminal.now(),
    kind: options.emergency ? 'emergency' : 'scheduled',
    ...(services && { services }),
    by: whoIs(options.by, terminal),
    reason: options.reason,
  };
  if (!(await stack.windows.add(client.id, window)))
    throw new Refusal(exits.problems, `${client.id} has this window already: ${window.id}`);
  const format = formatFor('en', client.zone);
  const color = paint(terminal);
  terminal.out(`${color('green', 'declared')}  ${window.id}  ${format.between(window)} (${client.zone})`);
  for (const warning of warnings(client, window)) terminal.err(`${color('yellow', 'note')}  ${warning}`);
};

const stateOf = ({ cancelled, start, end }: DeclaredWindow, now: EpochMs): string => {
  if (cancelled) return `cancelled by ${cancelled.by}`;
  return now < start ? 'to come' : now < end ? 'under way' : 'over';
};

const list = async (id: string, { json }: { json?: true }, { terminal, stack: open }: Context): Promise<void> => {
  const stack = await open();
  const client = clientIn((await planInForce(stack)).plan, id);
  const windows = (await stack.windows.list(client.id)).sort((a, b) => a.start - b.start);
  if (json) {
    terminal.out(JSON.stringify(windows, null, 2));
    return;
  }
  const format = formatFor('en', client.zone);
  if (windows.length === 0) terminal.out('no maintenance was ever declared');
  else
    terminal.out(
      table([
        ['id', 'when', 'state', 'kind', 'services', 'by', 'reason'],
        ...windows.map((window) => [
          window.id,
          format.between(window),
          stateOf(window, terminal.now()),
          window.kind,
          window.services?.join(',') ?? 'all',
          window.by,
          window.reason,
        ]),
      ]),
    );
};

const cancel = async (
  id: string,
  windowId: string,
  { by }: { by?: string },
  { terminal, stack: open }: Context,
): Promise<void> => {
  const stack = await open();
  const client = clientIn((await planInForce(stack)).plan, id);
  const at = terminal.now();
  const window = (await stack.windows.list(client.id)).find((one) => one.id === windowId);
  if (!window) throw new Refusal(exits.usage, `${client.id} has no window "${windowId}"`);
  if (!(await stack.windows.cancel(client.id, windowId, { at, by: whoIs(by, terminal) })))
    throw new Refusal(exits.problems, `${windowId} is cancelled already`);
  terminal.out(`${paint(terminal)('green', 'cancelled')}  ${windowId}`);
  if (at > window.start)
    terminal.err('note  it had begun: an outage in it counts now. Settle a closed month again with --revise.');
};

export const registerMaintenance: Register = (program, context) => {
  const maintenance = program
    .command('maintenance')
    .summary('declare, list and cancel maintenance windows')
    .description('Maintenance that is declared early enough does not count as downtime; when it was declared is kept.');
  maintenance
    .command('add')
    .summary('declare a window')
    .description('Declares a window. The time of the declaration is now, and stays: contracts ask for notice.')
    .argument('<CLIENT>', "a client's id")
    .requiredOption('--from <instant>', "when it begins, on the client's clock: 2026-11-30T22:00")
    .option('--to <instant>', 'when it ends')
    .option('--for <duration>', 'or how long it lasts: 90m, 4h', duration)
    .requiredOption('--reason <text>', 'as it will stand on the statement')
    .option('--service <id...>', 'only these services (default: all)')
    .option('--emergency', 'emergency maintenance, with its own notice and cap')
    .option('--by <name>', 'who declares it (default: $USER)')
    .addHelpText(
      'after',
      examples([
        'maintenance add atelier-dubois --from 2026-11-30T22:00 --for 2h --reason "Mail server update" --service mail',
        "two hours on the client's clock; says at once if the notice is too short",
      ]),
    )
    .action((id: string, options: AddOptions) => add(id, options, context));
  maintenance
    .command('list')
    .summary('every window that was declared')
    .argument('<CLIENT>', "a client's id")
    .option('--json', 'for machines')
    .addHelpText('after', examples(['maintenance list atelier-dubois', 'cancelled ones too']))
    .action((id: string, options: { json?: true }) => list(id, options, context));
  maintenance
    .command('cancel')
    .summary('cancel a window')
    .argument('<CLIENT>', "a client's id")
    .argument('<ID>', "the window's id, as `maintenance list` shows it")
    .option('--by <name>', 'who cancels it (default: $USER)')
    .addHelpText('after', examples(['maintenance cancel atelier-dubois 2026-11-30-1f0c2a', 'it stays on record']))
    .action((id: string, window: string, options: { by?: string }) => cancel(id, window, options, context));
  maintenance
    .command('export')
    .summary('the windows as an iCalendar file')
    .description(
      "Writes the client's windows as iCalendar (RFC 5545), for calendar programs: what was declared, cancelled ones as such, and the contract's own windows as series.",
    )
    .argument('<CLIENT>', "a client's id")
    .option('--from <instant>', 'only windows after this day or instant')
    .option('--to <instant>', 'only windows before it')
    .option('--output <file>', 'to a file (default: standard output)')
    .addHelpText(
      'after',
      examples([
        'maintenance export atelier-dubois --from 2026-12-01 --output dubois.ics',
        'to subscribe to, or to send',
      ]),
    )
    .action((id: string, options: ExportOptions) => exportCalendar(id, options, context));
  maintenance
    .command('import')
    .summary('declare the events of an iCalendar file')
    .description(
      'Declares the events of an iCalendar file as windows, now. The same file again changes nothing; an event that moved moves its window, one that was cancelled cancels it. A series is declared for a year ahead. With one problem in the file, nothing is declared.',
    )
    .argument('<CLIENT>', "a client's id")
    .argument('<FILE>', 'such as maintenance.ics')
    .option('--dry-run', 'show what would change, and stop')
    .option('--by <name>', 'who declares it (default: $USER)')
    .addHelpText(
      'after',
      examples([
        'maintenance import atelier-dubois maintenance.ics --dry-run',
        'what would be declared, moved and cancelled',
      ]),
    )
    .action((id: string, file: string, options: ImportOptions) => importCalendar(id, file, options, context));
};
