import type { HeartbeatCheck } from '../../shared/probe/check.ts';
import { callerOf } from '../../shared/probe/heartbeat-address.ts';
import { formatFor } from '../../shared/statement/language/format.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import { clientIn, planInForce, type Stack } from '../stack.ts';
import { paint } from '../terminal.ts';

const heartbeatOf = async (stack: Stack, id: string): Promise<HeartbeatCheck> => {
  const { plan } = await planInForce(stack);
  const [client = ''] = id.split('/');
  const endpoints = clientIn(plan, client).services.flatMap((service) => service.endpoints);
  const check = endpoints.find((endpoint) => endpoint.id === id)?.check;
  if (check?.kind === 'heartbeat') return check;
  const heartbeats = endpoints.filter((endpoint) => endpoint.check.kind === 'heartbeat').map((endpoint) => endpoint.id);
  throw new Refusal(
    exits.usage,
    check ? `${id} does not call by itself: it is probed by ${check.kind}` : `there is no endpoint "${id}"`,
    heartbeats.length > 0
      ? `Heartbeats of ${client}: ${heartbeats.slice(0, 20).join(', ')}.`
      : `${client} has no heartbeat: write "heartbeat: 1 h" into an endpoint, and apply it.`,
  );
};

/** Often enough, at minutes when not every machine of the world is busy. */
const cronTimes = (everyMs: number): string => {
  const minutes = everyMs / 60_000;
  if (minutes < 60 && 60 % minutes === 0) return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (hours < 24 && 24 % hours === 0) return hours === 1 ? '17 * * * *' : `17 */${hours} * * *`;
  return '17 3 * * *'; // whoever calls more often than agreed is heard too
};

const heartbeat = async (id: string, { json }: { json?: true }, { terminal, stack: open }: Context): Promise<void> => {
  const stack = await open();
  const check = await heartbeatOf(stack, id);
  const { beatEveryMs, graceMs } = check;
  const url = await stack.beatAddress(callerOf(check));
  if (json) {
    terminal.out(JSON.stringify({ endpoint: id, url, failUrl: `${url}/fail`, beatEveryMs, graceMs }, null, 2));
    return;
  }
  const bold = (text: string): string => paint(terminal)('bold', text);
  const { duration } = formatFor('en', 'UTC');
  const curl = `curl -fsS -m 10 --retry 3 -o /dev/null ${url}`;
  terminal.out(`${bold(id)}  calls each ${duration(beatEveryMs)}, at most ${duration(graceMs)} late\n`);
  terminal.out(url);
  terminal.out(`\n${bold('when all went well')}\n${curl}`);
  terminal.out(`\n${bold('to report a failure')}\n${curl}/fail`);
  terminal.out(`\n${bold('in a crontab')}\n${cronTimes(beatEveryMs)} if your-job; then ${curl}; else ${curl}/fail; fi`);
  terminal.err('\nWhoever knows this address can call it: keep it where you keep passwords.');
};

export const registerHeartbeat: Register = (program, context) => {
  program
    .command('heartbeat')
    .summary('the address that a job or a device calls')
    .description(
      'Prints the signed address of an endpoint that is watched by heartbeat, with the commands that call it.',
    )
    .argument('<ENDPOINT>', 'CLIENT/SERVICE/ENDPOINT')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      examples(
        ['heartbeat atelier-dubois/backups/nightly', 'the address, and lines for a shell and a crontab'],
        ['heartbeat atelier-dubois/backups/nightly --json | jq -r .url', 'the address alone'],
      ),
    )
    .action((id: string, options: { json?: true }) => heartbeat(id, options, context));
};
