import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { canonicalJson, versionOf } from '../../shared/contract/canonical.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { type ClientPlan, clientPlanSchema, planSchema } from '../../shared/contract/plan.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { inSource, type Place, parse } from '../../shared/contract/report.ts';
import { readSource, type SourceFile } from '../../shared/contract/source.ts';
import { type Evidence, evidenceSchema, noEvidence } from '../../shared/measure/evidence.ts';
import { settle } from '../../shared/statement/settle.ts';
import type { Statement } from '../../shared/statement/statement.ts';
import { type Context, examples, type Register } from '../context.ts';
import { evidenceFromCsv } from '../evidence-csv.ts';
import { readCalendars } from '../read-folder.ts';
import { exits, Refusal } from '../refusal.ts';
import { filesOf } from './validate.ts';

/** A wrong case of a batch: its message becomes its line. */
class CaseError extends Error {}

/** What a fault in a case says, on one line. */
const messageOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);

const parseJson = (text: string, from: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CaseError(`${from} is no JSON: ${messageOf(error)}`);
  }
};

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** One file of YAML needs a provider: the one beside it or above it, or nobody in particular. */
const anybody = 'id: provider\nname: Provider\nlanguage: en\nzone: UTC\ncurrency: EUR\n';

const folderOfFile = async (file: string): Promise<SourceFile[]> => {
  const text = await readFile(file, 'utf8');
  const client = { path: `clients/${basename(file).replace(/\.ya?ml$/, '')}.yaml`, text };
  for (const folder of [dirname(file), join(dirname(file), '..')]) {
    const provider = await readFile(join(folder, 'provider.yaml'), 'utf8').catch(() => undefined);
    if (provider !== undefined)
      return [{ path: 'provider.yaml', text: provider }, client, ...(await readCalendars(folder))];
  }
  return [{ path: 'provider.yaml', text: anybody }, client];
};

/** The clients of a compiled plan or client (JSON), of a client file (YAML), or of a folder. */
const clientsFrom = async (path: string): Promise<readonly ClientPlan[]> => {
  if (path.endsWith('.json')) return clientsOf(parseJson(await readFile(path, 'utf8'), path));
  const files = (await stat(path)).isDirectory() ? await filesOf(path) : await folderOfFile(path);
  const decoded = decodeFolder(files, { privateAddresses: true });
  if (!decoded.ok) throw new CaseError(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value.clients;
};

const clientsOf = (data: unknown): readonly ClientPlan[] => {
  const isPlan = typeof data === 'object' && data !== null && 'clients' in data;
  return isPlan ? planSchema.parse(data).clients : [clientPlanSchema.parse(data)];
};

const theOne = (clients: readonly ClientPlan[], id: string | undefined): ClientPlan => {
  const found = id === undefined ? clients : clients.filter((client) => client.id === id);
  const [client] = found;
  if (client && found.length === 1) return client;
  throw new CaseError(`say which client: ${clients.map((one) => one.id).join(', ')}`);
};

/** Whatever is left out was not there: no outage, no maintenance, no past. */
const evidenceOf = (data: unknown, locate: (path: readonly PropertyKey[]) => Place): Evidence => {
  const whole = typeof data === 'object' && data !== null ? { ...noEvidence, ...data } : data;
  const { value, problems } = parse(evidenceSchema, whole, locate);
  if (value) return value;
  throw new CaseError(problems.map(formatProblem).join('\n'));
};

/** Lines of a JSON document, looked for only once something in it is wrong; a very large one has none. */
const placesIn = (file: string, text: string): ((path: readonly PropertyKey[]) => Place) => {
  const source = lazily(() => readSource({ path: file, text }));
  return (path) => {
    const read = source();
    return read.ok ? inSource(read.value)(path) : { file, path, line: 1, column: 1 };
  };
};

const asCsv = (file: string): boolean => file.toLowerCase().endsWith('.csv');

/** A file of evidence: CSV by its name, or JSON. */
const evidenceAt = async (path: string, shown: string, client: ClientPlan): Promise<Evidence> => {
  const text = await readFile(path, 'utf8');
  if (!asCsv(path)) return evidenceOf(parseJson(text, shown), placesIn(basename(path), text));
  const decoded = evidenceFromCsv(text, basename(path), client);
  if (!decoded.ok) throw new CaseError(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value;
};

const settled = (client: ClientPlan, period: string, evidence: Evidence): Statement =>
  settle({ client, period, evidence, provenance: { planVersion: versionOf(client, sha256) } });

const caseSchema = z.strictObject({
  /** Comes back with the result. */
  id: z.union([z.string(), z.number()]).optional(),
  /** A path, or a compiled client. */
  contract: z.union([z.string(), z.record(z.string(), z.unknown())]),
  client: z.string().optional(),
  /** A path, or evidence. */
  evidence: z.union([z.string(), z.record(z.string(), z.unknown())]),
  period: z.string(),
});

/** Contracts are read once for each path: thousands of cases may share one. */
const caseRunner = (base: string) => {
  const contracts = new Map<string, Promise<readonly ClientPlan[]>>();
  const contractAt = (path: string): Promise<readonly ClientPlan[]> => {
    const known = contracts.get(path) ?? clientsFrom(path);
    contracts.set(path, known);
    return known;
  };
  return async (line: string, number: number): Promise<{ readonly ok: boolean; readonly text: string }> => {
    const raw = ((): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return undefined;
      }
    })();
    const id = z.object({ id: z.unknown() }).safeParse(raw).data?.id;
    const tag = id === undefined ? { line: number } : { id };
    try {
      const one = caseSchema.parse(raw ?? parseJson(line, 'the line'));
      const clients =
        typeof one.contract === 'string' ? await contractAt(resolve(base, one.contract)) : clientsOf(one.contract);
      const client = theOne(clients, one.client);
      const evidence =
        typeof one.evidence === 'string'
          ? await evidenceAt(resolve(base, one.evidence), one.evidence, client)
          : evidenceOf(one.evidence, (path) => ({ file: 'case', path, line: number, column: 1 }));
      const statement = settled(client, one.period, evidence);
      return { ok: true, text: canonicalJson({ ...tag, ok: true, statement }) };
    } catch (error) {
      return { ok: false, text: canonicalJson({ ...tag, ok: false, error: messageOf(error) }) };
    }
  };
};

const batch = async (file: string, context: Context): Promise<void> => {
  const run = caseRunner(file === '-' ? '.' : dirname(file));
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const { ok, text } = await run(line, number);
    context.terminal.out(text);
    if (!ok) context.exitCode = exits.problems;
  }
};

interface Options {
  readonly contract?: string;
  readonly client?: string;
  readonly evidence?: string;
  readonly period?: string;
  readonly batch?: string;
}

const single = async (options: Options, { terminal }: Context): Promise<void> => {
  const { contract, evidence, period, client } = options;
  if (contract === undefined || evidence === undefined || period === undefined)
    throw new Refusal(
      exits.usage,
      'want --contract, --evidence and --period, or --batch',
      'See `vigie simulate --help`.',
    );
  const one = theOne(await clientsFrom(contract), client);
  const statement = settled(one, period, await evidenceAt(evidence, evidence, one));
  terminal.out(JSON.stringify(statement, null, 2));
};

const simulate = async (options: Options, context: Context): Promise<void> => {
  try {
    await (options.batch === undefined ? single(options, context) : batch(options.batch, context));
  } catch (error) {
    if (error instanceof CaseError || error instanceof z.ZodError) throw new Refusal(exits.problems, messageOf(error));
    if (error instanceof Error && 'code' in error && 'path' in error)
      throw new Refusal(exits.usage, `cannot read ${String(error.path)}: ${error.message}`);
    throw error;
  }
};

export const registerSimulate: Register = (program, context) => {
  program
    .command('simulate')
    .summary('settle a contract against evidence from a file')
    .description(
      'Settles one period of a contract against outages or samples from a file, and prints the statement as JSON, every figure exact. Needs no AWS: for pricing a contract before signing, and for checking Vigie itself.',
    )
    .option('--contract <path>', 'a client file (YAML), a folder of them, or a compiled client (JSON)')
    .option('--client <id>', 'which one, where the contract holds several')
    .option('--evidence <file>', 'what happened, as JSON or CSV: docs/formats.md, "Evidence"')
    .option('--period <period>', 'such as 2026-10')
    .option(
      '--batch <file>',
      'cases instead, one JSON object a line; a result or an error a line. - reads standard input',
    )
    .addHelpText(
      'after',
      examples(
        [
          'simulate --contract clients/acme.yaml --evidence october.json --period 2026-10',
          'one statement; october.csv from a spreadsheet does as well',
        ],
        [
          'simulate --batch cases.jsonl > results.jsonl',
          '{"id": 1, "contract": "acme.yaml", "evidence": {"endpoints": {…}}, "period": "2026-10"}; exit code 1 if a case was wrong',
        ],
      ),
    )
    .action((options: Options) => simulate(options, context));
};
