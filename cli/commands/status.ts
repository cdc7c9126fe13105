import type { ClientPlan, Plan } from '../../shared/contract/plan.ts';
import type { EndpointEvidence, Evidence } from '../../shared/measure/evidence.ts';
import { evidenceInterval, gatherEvidence, settledInterval } from '../../shared/measure/gather.ts';
import type { Outage } from '../../shared/outage/outage.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { versionsFor } from '../../shared/statement/due.ts';
import { formatFor } from '../../shared/statement/language/format.ts';
import { budgetOf, leadOf, wholeMs } from '../../shared/statement/reading.ts';
import { settle } from '../../shared/statement/settle.ts';
import { dateOf } from '../../shared/time/calendar.ts';
import { type EpochMs, interval } from '../../shared/time/span.ts';
import { type Context, examples, type Register } from '../context.ts';
import { ago, type NewestRuns, newestRunLines, newestRuns, unseen, wholeSeconds } from '../newest-runs.ts';
import { clientIn, planInForce, type Stack } from '../stack.ts';
import { counted, paint, patience, type Terminal, table } from '../terminal.ts';

/** Outages that are open now, by endpoint. */
const openOutages = async ({ detections }: Stack, plan: Plan): Promise<Map<string, Outage>> => {
  const open = new Map<string, Outage>();
  for (const { shard, slots } of rostersOf(plan)) {
    const { state } = await detections.load(shard);
    for (const { id } of slots) {
      const outage = state.endpoints[id]?.outage;
      if (outage) open.set(id, outage);
    }
  }
  return open;
};

/** The month as it will be if nothing more happens: what is to come is taken as up. */
const withQuietFuture = (evidence: Evidence, now: EpochMs, end: EpochMs): Evidence => {
  const future = { firstAt: now, lastAt: end, state: 'up' as const, count: 1 };
  const extended = (seen: EndpointEvidence): EndpointEvidence =>
    'outages' in seen
      ? seen
      : {
          ...seen,
          places: Object.fromEntries(Object.entries(seen.places).map(([place, all]) => [place, [...all, future]])),
        };
  return {
    ...evidence,
    endpoints: Object.fromEntries(Object.entries(evidence.endpoints).map(([id, seen]) => [id, extended(seen)])),
  };
};

const patienceWithRuns = (terminal: Terminal) =>
  patience(
    terminal,
    (read, of) => `reading ${counted(of, 'day')} that ${of === 1 ? 'is' : 'are'} not compacted yet: ${read} done`,
  );

/** Each service's budget for the month that runs. */
const budgets = async (stack: Stack, client: ClientPlan, version: string, terminal: Terminal): Promise<string[][]> => {
  const now = terminal.now();
  const period = dateOf(now, client.zone).slice(0, 7);
  const span = settledInterval(client, period);
  const within = interval(evidenceInterval(span).start, now);
  const { runs, days, windows, plans, pointers } = stack;
  const versions = versionsFor(client, period, await pointers.history());
  const sources = { runs, days, windows, plans, versions, progress: patienceWithRuns(terminal) };
  const gathered = await gatherEvidence(sources, client, within);
  const evidence = withQuietFuture(gathered, now, span.end);
  const statement = settle({ client, period, evidence, provenance: { planVersion: version } });
  const format = formatFor('en', client.zone);
  return statement.services.map((service) => {
    const part = service.parts.at(-1);
    const lead = part && leadOf(part);
    const budget = lead && budgetOf(lead);
    return [
      service.id,
      lead?.target ? format.share(lead.target.exact) : 'no target',
      lead?.figure ? format.percent(lead.figure.exact) : 'not measured',
      !budget
        ? '-'
        : budget.share === undefined
          ? 'no downtime allowed'
          : `${format.percentSpent(budget.share)} of ${format.duration(wholeSeconds(wholeMs(budget.allowedMs)))}`,
    ];
  });
};

const endpointsOf = ({ services }: ClientPlan) => services.flatMap(({ endpoints }) => endpoints);

const overview = (plan: Plan, open: ReadonlyMap<string, Outage>, terminal: Terminal): string =>
  table([
    ['client', 'services', 'endpoints', 'down now'],
    ...plan.clients.map((client) => {
      const down = endpointsOf(client).filter(({ id }) => open.has(id)).length;
      return [
        client.id,
        String(client.services.length),
        String(endpointsOf(client).length),
        down > 0 ? paint(terminal)('red', String(down)) : '0',
      ];
    }),
  ]);

/** From where it is down, where that is a question. */
const from = (probing: readonly string[], seeing: readonly string[]): string =>
  probing.length > 1 ? `, from ${seeing.join(', ')}` : '';

const details = async (
  client: ClientPlan,
  open: ReadonlyMap<string, Outage>,
  newest: NewestRuns,
  version: string,
  stack: Stack,
  terminal: Terminal,
): Promise<void> => {
  const color = paint(terminal);
  terminal.out(`${color('bold', client.name)}  ${client.zone}\n`);
  terminal.out(
    table([
      ['endpoint', 'state', 'since'],
      ...endpointsOf(client).map(({ id, check }) => {
        const outage = open.get(id);
        return outage
          ? [
              id,
              color('red', `down: ${outage.cause}${from(check.places, outage.places)}`),
              ago(outage.openedAt, terminal.now()),
            ]
          : [
              id,
              unseen(newest, check.places, terminal.now()) ? color('yellow', 'not known') : color('green', 'up'),
              '',
            ];
      }),
    ]),
  );
  terminal.out('');
  terminal.out(
    table([
      ['service', 'target', 'if nothing more happens', 'error budget used'],
      ...(await budgets(stack, client, version, terminal)),
    ]),
  );
};

const status = async (id: string | undefined, { json }: { json?: true }, { terminal, stack: open }: Context) => {
  const stack = await open();
  const { pointer, plan } = await planInForce(stack);
  const clients = id === undefined ? plan.clients : [clientIn(plan, id)];
  const [outages, newest] = await Promise.all([openOutages(stack, plan), newestRuns(stack, plan)]);
  if (json) {
    const down = clients.flatMap(endpointsOf).flatMap(({ id: endpoint }) => outages.get(endpoint) ?? []);
    const places = [...newest].map(([place, at]) => ({ place, newestRunAt: at ?? null }));
    const told = { plan: pointer.version, places, clients: clients.map((one) => one.id), down };
    terminal.out(JSON.stringify(told, null, 2));
    return;
  }
  terminal.out(`plan       ${pointer.version}, number ${pointer.seq}, ${counted(plan.clients.length, 'client')}`);
  terminal.out(`${newestRunLines(newest, terminal)}\n`);
  const [client] = id === undefined ? [] : clients;
  if (client) await details(client, outages, newest, pointer.version, stack, terminal);
  else terminal.out(overview(plan, outages, terminal));
};

export const registerStatus: Register = (program, context) => {
  program
    .command('status')
    .summary('what is down, and how much error budget is left')
    .description(
      'Shows the plan in force, how old the newest run of each place is, and what is down. With a client: each endpoint, and how much of the error budget the running month has used.',
    )
    .argument('[CLIENT]', "a client's id")
    .option('--json', 'for machines: the plan, the newest run of each place and the outages that are open')
    .addHelpText(
      'after',
      examples(
        ['status', 'one line a client'],
        ['status atelier-dubois', 'its endpoints, and the budget of each service so far'],
      ),
    )
    .action((id: string | undefined, options: { json?: true }) => status(id, options, context));
};
