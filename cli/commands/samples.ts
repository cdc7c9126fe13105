import { didYouMean } from '../../shared/contract/did-you-mean.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { plansWithin } from '../../shared/contract/plan-pointer.ts';
import { endpointSamples, probingOf, type SeenSample } from '../../shared/measure/endpoint-samples.ts';
import { dateOf, dayMs, timeOf } from '../../shared/time/calendar.ts';
import { type Interval, interval } from '../../shared/time/span.ts';
import { instantIn } from '../arguments.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import { planInForce, type Stack } from '../stack.ts';
import { counted, paint, patience, table } from '../terminal.ts';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly place?: string;
  readonly json?: true;
  readonly csv?: true;
}

/** A month of an endpoint that is probed every ten seconds is a quarter of a million lines for each place. */
const mostDays = 31;

const idsIn = (plan: Plan): string[] =>
  plan.clients.flatMap(({ services }) => services.flatMap(({ endpoints }) => endpoints.map(({ id }) => id)));

/** On whose clock a client's instants are; the stack's own where the client is gone from the plan. */
const zoneOf = ({ clients, provider }: Plan, endpoint: string): string =>
  clients.find(({ id }) => endpoint.startsWith(`${id}/`))?.zone ?? provider.zone;

const spanOf = ({ from, to }: Options, zone: string): Interval => {
  const [start, end] = [instantIn(from, zone), instantIn(to, zone)];
  if (end <= start) throw new Refusal(exits.usage, '--to is not after --from');
  if (end - start > mostDays * dayMs)
    throw new Refusal(
      exits.usage,
      `${Math.ceil((end - start) / dayMs)} days are too many at once`,
      `Ask for ${mostDays} days or less.`,
    );
  return interval(start, end);
};

/** A refusal that names what there is. */
const unknown = (what: string, given: string, known: readonly string[], where: string): Refusal =>
  new Refusal(exits.usage, `there is no ${what} "${given}" ${where}`, didYouMean(given, known));

const probingIn = async (stack: Stack, plan: Plan, endpoint: string, within: Interval, place: string | undefined) => {
  const history = await stack.pointers.history();
  const probing = await probingOf(stack.plans, history, endpoint, within);
  if (probing.length === 0) throw unknown('endpoint', endpoint, idsIn(plan), 'in a plan of that time');
  if (place === undefined) return probing;
  const chosen = probing.filter((one) => one.place === place);
  if (chosen.length > 0) return chosen;
  const known = [
    ...new Set(plansWithin(history, within).flatMap(({ rosters }) => rosters.flatMap(({ places }) => places))),
  ];
  if (!known.includes(place)) throw unknown('place', place, known, 'in a plan of that time');
  throw new Refusal(
    exits.usage,
    `${endpoint} is not probed from ${place}`,
    `Places that probe it: ${probing.map((one) => one.place).join(', ')}.`,
  );
};

/** As exact as the code that it was packed to: within 2.1 %. */
const latencyOf = ({ outcome }: SeenSample): number | undefined =>
  outcome.state === 'up' ? Number(outcome.latencyMs.toPrecision(3)) : undefined;

const causeOf = ({ outcome }: SeenSample): string | undefined => (outcome.state === 'down' ? outcome.cause : undefined);

const instant = (at: number): string => new Date(at).toISOString();

const asJson = (samples: readonly SeenSample[]): string =>
  JSON.stringify(
    samples.map((sample) => ({
      at: instant(sample.at),
      place: sample.place,
      state: sample.outcome.state,
      cause: causeOf(sample),
      latency_ms: latencyOf(sample),
      source: sample.from,
    })),
    null,
    2,
  );

const asCsv = (samples: readonly SeenSample[]): string =>
  [
    'at,place,state,cause,latency_ms,source',
    ...samples.map((sample) =>
      [instant(sample.at), sample.place, sample.outcome.state, causeOf(sample), latencyOf(sample), sample.from].join(
        ',',
      ),
    ),
  ].join('\n');

const states = { up: 'green', down: 'red', unknown: 'yellow' } as const;

const samples = async (endpoint: string, options: Options, { terminal, stack: open }: Context): Promise<void> => {
  const stack = await open();
  const { plan } = await planInForce(stack);
  const zone = zoneOf(plan, endpoint);
  const within = spanOf(options, zone);
  const probing = await probingIn(stack, plan, endpoint, within, options.place);
  const progress = patience(
    terminal,
    (read, of) => `reading ${counted(of, 'day')} of ${counted(probing.length, 'place')}: ${read} done`,
  );
  const found = await endpointSamples({ ...stack, progress }, endpoint, probing, within);
  if (found.length === 0)
    throw new Refusal(
      exits.problems,
      `nothing was seen of ${endpoint} from ${instant(within.start)} to ${instant(within.end)}`,
      'Samples are kept as long as the contract says (`retention`), from the day on which the endpoint was first in a plan.',
    );
  if (options.json) return terminal.out(asJson(found));
  if (options.csv) return terminal.out(asCsv(found));
  const color = paint(terminal);
  terminal.out(
    table([
      [`time in ${zone}`, 'state', 'latency or cause', 'place', 'read from'],
      ...found.map((sample) => {
        const { at, place, outcome, from } = sample;
        const latency = latencyOf(sample);
        return [
          `${dateOf(at, zone)} ${timeOf(at, zone)}`,
          color(states[outcome.state], outcome.state),
          causeOf(sample) ?? (latency === undefined ? '' : `${latency} ms`),
          place,
          from,
        ];
      }),
    ]),
  );
  terminal.err(counted(found.length, 'sample'));
};

export const registerSamples: Register = (program, context) => {
  program
    .command('samples')
    .summary('what was seen of an endpoint, sample by sample')
    .description(
      'Shows every sample of an endpoint in a span: its instant, verdict, latency or cause, the place that made it, and where it was read: runs and looks for days that are not compacted yet, cold days for the years before.',
    )
    .argument('<ENDPOINT>', 'CLIENT/SERVICE/ENDPOINT')
    .requiredOption('--from <instant>', "on the client's clock: 2026-10-14T09:00")
    .requiredOption('--to <instant>', `not included; ${mostDays} days later at most`)
    .option('--place <place>', 'only what this place saw')
    .option('--json', 'for machines; instants in UTC')
    .option('--csv', 'for spreadsheets; instants in UTC')
    .addHelpText(
      'after',
      examples(
        [
          'samples acme/mail/smtp --from 2026-10-14T09:00 --to 2026-10-14T14:00',
          'the outage on a statement, as it was seen',
        ],
        [
          'samples acme/mail/smtp --from 2026-10-01T00:00 --to 2026-11-01T00:00 --csv > october.csv',
          'a month for a spreadsheet',
        ],
      ),
    )
    .action((endpoint: string, options: Options) => samples(endpoint, options, context));
};
