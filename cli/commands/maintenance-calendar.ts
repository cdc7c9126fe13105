/** Maintenance windows as iCalendar files, out and in. */
import { open, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256 } from '../../shared/adapters/sha256.ts';
import type { ClientPlan } from '../../shared/contract/plan.ts';
import type { Problem } from '../../shared/contract/problem.ts';
import {
  type CalendarChanges,
  calendarOf,
  changesBy,
  type WantedWindow,
  windowIdIn,
} from '../../shared/measure/window-calendar.ts';
import type { DeclaredWindow } from '../../shared/measure/windows.ts';
import { formatFor } from '../../shared/statement/language/format.ts';
import { dateOf } from '../../shared/time/calendar.ts';
import { type CalendarOccurrence, expandCalendar } from '../../shared/time/icalendar-expand.ts';
import { type CalendarFault, mostCharacters } from '../../shared/time/icalendar-lines.ts';
import { readCalendar } from '../../shared/time/icalendar-read.ts';
import { type EpochMs, epochMs, type Interval, interval } from '../../shared/time/span.ts';
import { instantIn } from '../arguments.ts';
import type { Context } from '../context.ts';
import { warnings, whoIs } from '../declared.ts';
import { exits, Refusal } from '../refusal.ts';
import { clientIn, planInForce } from '../stack.ts';
import { counted, paint, type Terminal } from '../terminal.ts';
import { printProblems } from './validate.ts';

export interface ExportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly output?: string;
}

/** A day is its local midnight. */
const edge = (text: string, zone: string): EpochMs =>
  instantIn(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text, zone);

/** Nobody plans further. */
const endOfTime = Date.UTC(2200, 0, 1);

export const exportCalendar = async (id: string, options: ExportOptions, { terminal, stack: open }: Context) => {
  const stack = await open();
  const client = clientIn((await planInForce(stack)).plan, id);
  const start = options.from === undefined ? 0 : edge(options.from, client.zone);
  const end = options.to === undefined ? endOfTime : edge(options.to, client.zone);
  if (end <= start) throw new Refusal(exits.usage, '--to is not after --from');
  const text = calendarOf(client, await stack.windows.list(client.id), interval(start, end));
  const events = text.split('\r\nBEGIN:VEVENT').length - 1;
  if (options.output === undefined) terminal.out(text.trimEnd());
  else {
    await writeFile(options.output, text);
    terminal.err(`${options.output}: ${counted(events, 'event')}`);
  }
};

export interface ImportOptions {
  readonly dryRun?: true;
  readonly by?: string;
}

/** A year and a day: what is announced once a year is in it, and a series without an end does not fill the table. */
const horizonMs = 366 * 86_400_000;
/** Detection reads a client's windows each minute in which one of their endpoints fails. */
const mostWindows = 500;

const textAt = async (path: string): Promise<string> => {
  try {
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(Math.min((await file.stat()).size, 4 * mostCharacters + 4));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return new TextDecoder('utf-8').decode(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal(exits.usage, `cannot read ${path}: ${error.message}`);
  }
};

/** Services and kind as an export of Vigie's writes them; a program that knows nothing of them leaves them out. */
const wantedOf = (occurrence: CalendarOccurrence, client: ClientPlan, faults: CalendarFault[]): WantedWindow => {
  const { own } = occurrence.event;
  const named = own.get('x-vigie-services');
  const services = named && [...new Set(named.text.split(/[\s,\\]+/).filter((one) => one !== ''))].sort();
  const known = client.services.map(({ id }) => id);
  const unknown = services?.find((one) => !known.includes(one));
  if (named && unknown !== undefined)
    faults.push({ code: 'bad-value', line: named.line, saw: `the service "${unknown}"`, want: known.join(', ') });
  const kind = own.get('x-vigie-kind');
  if (kind && !/^(scheduled|emergency)$/.test(kind.text))
    faults.push({ code: 'bad-value', line: kind.line, saw: `"${kind.text}"`, want: 'scheduled or emergency' });
  return { occurrence, kind: kind?.text === 'emergency' ? 'emergency' : 'scheduled', ...(services && { services }) };
};

interface Judged {
  readonly changes: CalendarChanges;
  /** Events of the contract's own windows: they need no declaration. */
  readonly ofContract: number;
}

const judge = (
  text: string,
  client: ClientPlan,
  known: readonly DeclaredWindow[],
  horizon: Interval,
):
  | { readonly ok: true; readonly value: Judged }
  | { readonly ok: false; readonly faults: readonly CalendarFault[] } => {
  const read = readCalendar(text, client.zone);
  if (!read.ok) return read;
  const events = read.events.filter(({ uid }) => !windowIdIn(uid, client.id)?.startsWith('contract-'));
  const expanded = expandCalendar(events, horizon, mostWindows);
  if (!expanded.ok) return expanded;
  const faults: CalendarFault[] = [];
  const wanted = expanded.value.occurrences.map((occurrence) => wantedOf(occurrence, client, faults));
  if (faults.length > 0) return { ok: false, faults };
  const changes = changesBy(client.id, known, expanded.value, wanted, horizon);
  return { ok: true, value: { changes, ofContract: read.events.length - events.length } };
};

const windowOf = (
  { wanted, nth }: CalendarChanges['add'][number],
  zone: string,
  declaredAt: EpochMs,
  by: string,
): Omit<DeclaredWindow, 'cancelled'> => {
  const { occurrence, kind, services } = wanted;
  const { start, end, event, of } = occurrence;
  const name = sha256(JSON.stringify([event.uid, of ?? null, start, end, kind, services ?? null, nth])).slice(0, 10);
  return {
    id: `${dateOf(start, zone)}-${name}`,
    start,
    end,
    declaredAt,
    kind,
    ...(services && { services: [...services] }),
    by,
    reason: event.summary.slice(0, 200) || 'Maintenance',
    event: { uid: event.uid, ...(of !== undefined && { of }) },
  };
};

const tell = ({ changes, ofContract }: Judged, client: ClientPlan, terminal: Terminal): void => {
  const format = formatFor('en', client.zone);
  const color = paint(terminal);
  for (const { wanted, instead } of changes.add) {
    const [before] = instead;
    const when = before
      ? `${format.between(before)} → ${format.between(wanted.occurrence)}`
      : format.between(wanted.occurrence);
    terminal.out(`${color('green', before ? 'move   ' : 'declare')}  ${when}  ${wanted.occurrence.event.summary}`);
  }
  for (const window of changes.cancel)
    terminal.out(`${color('red', 'cancel ')}  ${format.between(window)}  ${window.reason}`);
  for (const window of changes.left)
    terminal.out(
      `${color('yellow', 'left   ')}  ${format.between(window)}  ${window.id} was cancelled and stays so; declare it with \`vigie maintenance add\``,
    );
  terminal.out(
    [
      `${counted(changes.unchanged.length, 'window')} unchanged`,
      ...(ofContract > 0 ? [`${counted(ofContract, 'event')} of the contract's own left out`] : []),
    ].join(', '),
  );
};

export const importCalendar = async (id: string, path: string, options: ImportOptions, context: Context) => {
  const { terminal } = context;
  const text = await textAt(path);
  const stack = await context.stack();
  const client = clientIn((await planInForce(stack)).plan, id);
  const by = whoIs(options.by, terminal);
  const now = terminal.now();
  const horizon = interval(now, epochMs(now + horizonMs));
  const judged = judge(text, client, await stack.windows.list(client.id), horizon);
  if (!judged.ok) {
    const problems = judged.faults.map((fault): Problem => ({ ...fault, path: '', file: basename(path) }));
    printProblems(problems, terminal);
    context.exitCode = exits.problems;
    return;
  }
  terminal.err(`until ${dateOf(horizon.end, client.zone)} (${client.zone}): later ones are for a later import`);
  tell(judged.value, client, terminal);
  const { add, cancel } = judged.value.changes;
  const windows = add.map((one) => ({ one, window: windowOf(one, client.zone, now, by) }));
  const notes = new Set(
    windows.flatMap(({ window }) => warnings(client, window).map((note) => `${window.id} ${note}`)),
  );
  for (const note of notes) terminal.err(`${paint(terminal)('yellow', 'note')}  ${note}`);
  if (options.dryRun) {
    terminal.err('nothing was changed.');
    return;
  }
  // The new one first: a crash in between leaves one window too many, and the same import again cancels it.
  for (const { one, window } of windows) {
    await stack.windows.add(client.id, window);
    for (const before of one.instead) await stack.windows.cancel(client.id, before.id, { at: now, by });
  }
  for (const window of cancel) await stack.windows.cancel(client.id, window.id, { at: now, by });
};
