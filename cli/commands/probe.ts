import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { directorySecrets } from '../../shared/adapters/secrets/directory.ts';
import { openProber, timerDeadline } from '../../shared/adapters/sockets/prober.ts';
import { didYouMean } from '../../shared/contract/did-you-mean.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import type { Check, Verdict } from '../../shared/probe/check.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import type { Terminal } from '../terminal.ts';
import { verdictJson, verdictText } from '../verdict.ts';
import { decodeDir, folderOf, printProblems } from './validate.ts';

/** Ways to probe that one text says all of, by the option that stands for each. */
const ways = {
  url: 'http',
  tcp: 'tcp',
  tls: 'tls',
  dns: 'dns',
  ntp: 'ntp',
  smtp: 'smtp',
  imap: 'imap',
  pop3: 'pop3',
  websocket: 'websocket',
  grpc: 'grpc',
} as const;
type Way = keyof typeof ways;

interface Options extends Readonly<Partial<Record<Way, string>>> {
  readonly clients?: string;
  readonly ca?: string;
  readonly json?: true;
}

/** Private addresses are within reach of a person at a machine; those of metadata services are of nobody's. */
const reach = { privateAddresses: true };

const endpointsOf = (plan: Plan): { readonly id: string; readonly check: Check }[] =>
  plan.clients.flatMap(({ services }) => services.flatMap(({ endpoints }) => endpoints));

const checkInFolder = async (id: string, folder: string, terminal: Terminal): Promise<Check> => {
  const decoded = await decodeDir(folder, reach);
  if (!decoded.ok) {
    printProblems(decoded.problems, terminal);
    throw new Refusal(
      exits.usage,
      `${folder} is no valid folder of client files`,
      'Name another with --clients, or mend this one: `vigie validate` checks it.',
    );
  }
  const endpoints = endpointsOf(decoded.value);
  const found = endpoints.find((endpoint) => endpoint.id === id);
  if (found) return found.check;
  const known = endpoints.map((endpoint) => endpoint.id);
  throw new Refusal(exits.usage, `${folder} has no endpoint ${id}`, `An endpoint: ${didYouMean(id, known)}`);
};

/** A folder of one endpoint, so that what is typed is read as what is written in files. */
const checkTyped = (way: Way, text: string): Check => {
  const client = { id: 'here', name: 'Here', since: '2026-01-01' };
  const service = { fee: '0 EUR', endpoints: { now: { [ways[way]]: text } } };
  const decoded = decodeFolder(
    [
      { path: 'provider.yaml', text: 'id: here\nname: Here\nlanguage: en\nzone: UTC\ncurrency: EUR\n' },
      { path: 'clients/here.yaml', text: stringify({ ...client, services: { probe: service } }) },
    ],
    reach,
  );
  const [problem] = decoded.ok ? [] : decoded.problems;
  if (problem) throw new Refusal(exits.usage, `--${way}: saw ${problem.saw}`, `Want ${problem.want}.`);
  const [endpoint] = decoded.ok ? endpointsOf(decoded.value) : [];
  if (!endpoint) throw new Error(`nothing came of --${way} ${text}`);
  return { ...endpoint.check, id: text };
};

const isWay = (name: string): name is Way => Object.hasOwn(ways, name);

const checkOf = (endpoint: string | undefined, options: Options, terminal: Terminal): Check | Promise<Check> => {
  const typed = Object.entries(options).flatMap(([name, text]) =>
    isWay(name) && typeof text === 'string' ? [{ way: name, text }] : [],
  );
  const [first] = typed;
  if (typed.length + (endpoint === undefined ? 0 : 1) !== 1)
    throw new Refusal(
      exits.usage,
      'one thing is probed at a time',
      'Say CLIENT/SERVICE/ENDPOINT, or an address: --url https://www.example.com/, --tcp mail.example.com:993.',
    );
  if (first) return checkTyped(first.way, first.text);
  return checkInFolder(endpoint ?? '', folderOf(options.clients, terminal), terminal);
};

const codes = { up: exits.done, down: exits.problems, unknown: exits.usage } as const;

const probe = async (endpoint: string | undefined, options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const check = await checkOf(endpoint, options, terminal);
  const verdict = await probeOnce(check, options, terminal);
  terminal.out(
    options.json ? JSON.stringify(verdictJson(check, verdict), null, 2) : verdictText(check, verdict, terminal),
  );
  context.exitCode = codes[verdict.state];
};

const probeOnce = async (check: Check, { ca }: Options, { env }: Terminal): Promise<Verdict> => {
  const prober = openProber({
    allowPrivate: true,
    secrets: directorySecrets(env.CREDENTIALS_DIRECTORY),
    ...(ca !== undefined && { ca: [await certificates(ca)] }),
  });
  const { signal, cancel } = timerDeadline(check.timeoutMs);
  try {
    return await prober.probe(check, signal);
  } finally {
    cancel();
    prober.close();
  }
};

const certificates = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Refusal(exits.usage, `cannot read --ca ${path}: ${error instanceof Error ? error.message : error}`);
  }
};

export const registerProbe: Register = (program, context) => {
  const command = program
    .command('probe')
    .summary('probe one endpoint from here, now')
    .description(
      'Probes an endpoint of the client files once from this machine, or an address that is typed, and shows what came of it. Needs no AWS, keeps nothing and tells nobody. Ends with 0 if it is up, 1 if it is down, 2 if it could not be told.',
    )
    .argument('[ENDPOINT]', 'CLIENT/SERVICE/ENDPOINT')
    .option('--clients <dir>', 'the folder of client files (default: $VIGIE_CLIENTS, else here)')
    .option('--url <address>', 'http:// or https://');
  for (const way of ['tcp', 'tls', 'grpc', 'smtp', 'imap', 'pop3'])
    command.option(`--${way} <host:port>`, `a host and a port that is probed as \`${way}:\` is`);
  command
    .option('--websocket <address>', 'ws:// or wss://')
    .option('--dns <name>', 'a name that must have an address')
    .option('--ntp <host>', 'a time server')
    .option('--ca <file>', 'authorities to trust besides the public ones, as PEM')
    .option('--json', 'the verdict for machines, times in milliseconds')
    .addHelpText(
      'after',
      examples(
        ['probe clinique-saint-roch/records/portal --clients clients', 'as its contract has it probed'],
        ['probe --url https://www.example.com/', 'up, and where the time goes'],
        ['probe --tls vpn.example.com:443 --json | jq .certificateEndsAt', 'when a certificate ends'],
      ),
    )
    .action((endpoint: string | undefined, options: Options) => probe(endpoint, options, context));
};
