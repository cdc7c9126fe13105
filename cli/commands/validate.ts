import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { type Decoded, formatProblem, type Problem } from '../../shared/contract/problem.ts';
import { type Context, examples, type Register } from '../context.ts';
import { readFolder } from '../read-folder.ts';
import { exits, Refusal } from '../refusal.ts';
import { counted, paint, type Terminal } from '../terminal.ts';

/** The folder that a command reads when none is named. */
export const folderOf = (dir: string | undefined, terminal: Terminal): string =>
  dir ?? (terminal.env.VIGIE_CLIENTS || '.');

/** `privateAddresses` lets endpoints be on this machine or in its network: a local AWS only. */
export const decodeDir = async (
  dir: string,
  options?: { readonly privateAddresses: boolean },
): Promise<Decoded<Plan>> => decodeFolder(await filesOf(dir), options);

export const filesOf = async (dir: string) => {
  try {
    return await readFolder(dir);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new Refusal(exits.usage, `cannot read the folder ${dir}: ${error.message}`);
  }
};

/** `clients/acme.yaml:12  services.mail.target  saw "999 %", wanted a percentage from 0 to 100`, grouped by file. */
export const printProblems = (problems: readonly Problem[], terminal: Terminal): void => {
  const color = paint(terminal);
  for (const problem of problems) {
    const [place, ...rest] = formatProblem(problem).split('  ');
    terminal.out([color('bold', place ?? ''), ...rest].join('  '));
  }
  const files = new Set(problems.map(({ file }) => file)).size;
  terminal.err(
    color('red', `${counted(problems.length, 'problem')} in ${counted(files, 'file')}; nothing was changed.`),
  );
};

interface Options {
  readonly json?: true;
  readonly allowPrivate?: true;
}

const validate = async (dir: string | undefined, options: Options, context: Context): Promise<void> => {
  const { terminal } = context;
  const folder = folderOf(dir, terminal);
  const decoded = await decodeDir(folder, { privateAddresses: options.allowPrivate === true });
  if (options.json) {
    terminal.out(JSON.stringify(decoded.ok ? { ok: true } : { ok: false, problems: decoded.problems }, null, 2));
  } else if (decoded.ok) {
    const { clients } = decoded.value;
    const endpoints = clients.flatMap(({ services }) => services.flatMap((service) => service.endpoints)).length;
    terminal.out(
      `${paint(terminal)('green', 'valid')}  ${folder}: ${counted(clients.length, 'client')}, ${counted(endpoints, 'endpoint')}`,
    );
  } else printProblems(decoded.problems, terminal);
  if (!decoded.ok) context.exitCode = exits.problems;
};

export const registerValidate: Register = (program, context) => {
  program
    .command('validate')
    .summary('check a folder of client files')
    .description('Checks a folder of client files, all problems at once. Needs no AWS and changes nothing.')
    .argument('[DIR]', 'the folder that holds provider.yaml (default: $VIGIE_CLIENTS, else here)')
    .option('--allow-private', 'let endpoints have private addresses: for a stack on a local AWS')
    .option('--json', 'the problems as JSON, for editors and CI')
    .addHelpText(
      'after',
      examples(
        ['validate examples/atelier-ops', 'each problem with its file and line, what was seen and what was wanted'],
        ['validate --json clients | jq .problems', 'the same for a machine; exit code 1 when there are any'],
      ),
    )
    .action((dir: string | undefined, options: Options) => validate(dir, options, context));
};
