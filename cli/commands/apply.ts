import { sha256 } from '../../shared/adapters/sha256.ts';
import { canonicalJson, versionOf } from '../../shared/contract/canonical.ts';
import type { ClientPlan, Plan } from '../../shared/contract/plan.ts';
import { type Context, examples, type Register } from '../context.ts';
import { exits, Refusal } from '../refusal.ts';
import type { Stack } from '../stack.ts';
import { counted, paint } from '../terminal.ts';
import { decodeDir, folderOf, printProblems } from './validate.ts';

/** What a plan would change, a line each: clients, and endpoints of clients that stay. */
export const changes = (before: Plan | undefined, after: Plan): string[] => {
  const was = new Map(before?.clients.map((client) => [client.id, client]));
  const will = new Map(after.clients.map((client) => [client.id, client]));
  const gone = [...was.values()].filter(({ id }) => !will.has(id)).map(({ id }) => `- client ${id}`);
  const lines = [...will.values()].flatMap((client) => {
    const old = was.get(client.id);
    if (!old) return [`+ client ${client.id}, ${counted(endpointsOf(client).size, 'endpoint')}`];
    if (canonicalJson(old) === canonicalJson(client)) return [];
    return [`~ client ${client.id}`, ...endpointChanges(old, client).map((line) => `    ${line}`)];
  });
  const own = (plan: Plan | undefined) => canonicalJson({ ...plan?.provider, onCall: plan?.onCall });
  return [...gone, ...lines, ...(before && own(before) !== own(after) ? ['~ provider'] : [])];
};

const endpointsOf = ({ services }: ClientPlan): Map<string, string> =>
  new Map(services.flatMap(({ endpoints }) => endpoints.map((endpoint) => [endpoint.id, canonicalJson(endpoint)])));

const endpointChanges = (before: ClientPlan, after: ClientPlan): string[] => {
  const [was, will] = [endpointsOf(before), endpointsOf(after)];
  const lines = [
    ...[...was.keys()].filter((id) => !will.has(id)).map((id) => `- ${id}`),
    ...[...will].flatMap(([id, text]) => (was.has(id) ? (was.get(id) === text ? [] : [`~ ${id}`]) : [`+ ${id}`])),
  ];
  return lines.length > 0 ? lines : ['terms, names or people to tell'];
};

const planOf = async (stack: Stack): Promise<Plan | undefined> => {
  const pointer = await stack.pointers.current();
  return pointer && stack.plans.plan(pointer.version);
};

interface Options {
  readonly dryRun?: true;
  readonly allowPrivate?: true;
}

const apply = async (dir: string | undefined, options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const color = paint(terminal);
  const decoded = await decodeDir(folderOf(dir, terminal), { privateAddresses: options.allowPrivate === true });
  if (!decoded.ok) {
    printProblems(decoded.problems, terminal);
    context.exitCode = exits.problems;
    return;
  }
  const plan = decoded.value;
  const version = versionOf(plan, sha256);
  const stack = await context.stack();
  const pointer = await stack.pointers.current();
  if (pointer?.version === version) {
    terminal.out(`${color('green', 'nothing to change')}  plan ${version} is in force already`);
    return;
  }
  for (const line of changes(await planOf(stack), plan)) {
    terminal.out(line.trimStart().startsWith('-') ? color('red', line) : line);
  }
  if (options.dryRun) {
    terminal.out(`plan ${version} would replace ${pointer?.version ?? 'nothing'}; nothing was changed`);
    return;
  }
  const text = canonicalJson(plan);
  const key = `plans/incoming/${sha256(text)}.json`;
  await stack.documents.putOnce(key, text, 'json');
  await stack.apply(key);
  const now = await stack.pointers.current();
  if (now?.version !== version)
    throw new Refusal(
      exits.problems,
      `plan ${now?.version} is in force, not ${version}`,
      'Somebody else applied; look, then apply again.',
    );
  terminal.out(`${color('green', 'applied')}  plan ${version}, number ${now.seq}`);
};

export const registerApply: Register = (program, context) => {
  program
    .command('apply')
    .summary('put a folder of client files into force')
    .description(
      'Checks a folder of client files, shows what would change, and puts it into force in one step: probes, topics and subscriptions follow. With one problem in one file nothing changes.',
    )
    .argument('[DIR]', 'the folder that holds provider.yaml (default: $VIGIE_CLIENTS, else here)')
    .option('--dry-run', 'show what would change, and stop')
    .option('--allow-private', 'let endpoints have private addresses: for a stack on a local AWS')
    .addHelpText(
      'after',
      examples(
        ['apply clients --dry-run', 'the clients and endpoints that would come, go or change'],
        ['apply clients', 'the same, done'],
        ['--stack Staging apply clients', 'on another stack'],
      ),
    )
    .action((dir: string | undefined, options: Options) => apply(dir, options, context));
};
