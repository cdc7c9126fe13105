/** The client folder: every problem in all of its files at once, or the plan and where each of its terms was written. */
import { ClientCompiler, complainer, type Options } from './compile/client.ts';
import { checkSeverity, severitiesOf } from './compile/client-checks.ts';
import { outOfOrder } from './compile/dates.ts';
import { holidaysOf } from './compile/holidays.ts';
import { contactsOf, subscriptionsOf, textOf } from './compile/party.ts';
import { judgeClients, placesOf } from './compile/places.ts';
import type { Path } from './compile/reading.ts';
import { type Client, type Provider, providerLayers, termLayers, tierAt } from './compile/scope.ts';
import { termsOf } from './compile/terms.ts';
import { defaultSeverities } from './default-terms.ts';
import { clientFile, providerFile, type WrittenProvider } from './language/files.ts';
import { termsField } from './language/terms.ts';
import { causedBySettingAside, type Loaded, load } from './load.ts';
import type { Plan } from './plan.ts';
import type { Decoded, Problem } from './problem.ts';
import { inSource, inside, parse } from './report.ts';
import { readSource, type Source, type SourceFile } from './source.ts';

/** A field of the terms in force, as written, with its line; without a file it is Vigie's own default. */
export interface TracedTerm {
  readonly path: string;
  readonly value: unknown;
  readonly file?: string;
  readonly line?: number;
}

export interface Contracts {
  readonly plan: Plan;
  /** The effective terms of a service on a day; none where there is no such client or service. */
  readonly trace: (client: string, service: string, date: string) => readonly TracedTerm[] | undefined;
}

/** Where a field was written, or the first one below it: `maintenance.cap`, `response`. */
export const tracedAt = (terms: readonly TracedTerm[], path: string): TracedTerm | undefined =>
  terms.find((term) => term.path === path) ?? terms.find((term) => term.path.startsWith(`${path}.`));

const isProvider = (path: string): boolean => /^provider\.ya?ml$/.test(path);
const isClient = (path: string): boolean => /^clients\/.+\.ya?ml$/.test(path);

const missing = (saw: string, want: string, file: string): Problem => ({
  code: 'missing-file',
  path: '',
  saw,
  want,
  file,
});

/** By file and line, each once: the same line of a provider's file is wrong for all of its clients. */
const inOrder = (problems: readonly Problem[]): Problem[] => {
  const once = new Map(
    problems.map((problem) => [
      JSON.stringify([problem.file, problem.line, problem.column, problem.code, problem.path]),
      problem,
    ]),
  );
  return [...once.values()].sort(
    (a, b) =>
      (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
};

const sourcesOf = (files: readonly SourceFile[], problems: Problem[]): Source[] =>
  files.flatMap((file) => {
    const read = readSource(file);
    if (read.ok) return [read.value];
    problems.push(...read.problems);
    return [];
  });

const loadProvider = (sources: readonly Source[], problems: Problem[]): Loaded<WrittenProvider> | undefined => {
  const [source, second] = sources;
  if (second) problems.push(missing(`${source?.file} and ${second.file}`, 'one provider.yaml', second.file));
  if (!source) return undefined;
  const stand = { id: 'provider', name: 'provider', language: 'en', zone: 'UTC', currency: 'EUR' };
  const { loaded, problems: found } = load(providerFile, source, stand);
  problems.push(...found);
  return loaded;
};

const loadClients = (sources: readonly Source[], problems: Problem[]): Client[] => {
  const seen = new Map<string, Source>();
  return sources.flatMap((source) => {
    const stand = { id: 'client', name: 'client', since: '1970-01-01' };
    const { loaded, problems: found } = load(clientFile, source, stand);
    problems.push(...found);
    if (!loaded) return [];
    const { id } = loaded.value;
    const before = seen.get(id);
    if (inside(loaded.raw, ['id']) !== id) return [loaded]; // stands in for a wrong one
    if (before) {
      const want = `an id of its own: ${before.file}:${before.at(['id']).line} has this one`;
      const { line, column } = source.at(['id']);
      problems.push({ code: 'duplicate-id', path: 'id', saw: `"${id}"`, want, file: source.file, line, column });
    } else seen.set(id, source);
    return [loaded];
  });
};

/** Terms of the provider, its tiers and its catalogue, judged once without any client's currency. */
const checkProviderTerms = (provider: Provider, problems: Problem[]): void => {
  const { value, raw, source } = provider;
  const own = complainer(problems, raw, inSource(source));
  for (const [id, { severity }] of Object.entries(value.services ?? {}))
    checkSeverity(severity, ['services', id, 'severity'], provider, own);
  const blocks: [Path, { readonly changes?: readonly { readonly from: string }[] | undefined }][] = [
    [[], value],
    ...Object.entries(value.tiers ?? {}).map(([id, tier]): [Path, typeof tier] => [['tiers', id], tier]),
    ...Object.entries(value.services ?? {}).map(([id, service]): [Path, typeof service] => [['services', id], service]),
  ];
  for (const [path, block] of blocks) {
    const wrong = outOfOrder(block.changes ?? [], [...path, 'changes']);
    if (wrong) own(wrong.at, 'contradiction', 'a later day than the change before it', wrong.against);
    for (const date of ['', ...(block.changes ?? []).map(({ from }) => from)]) {
      const layers = providerLayers(provider, path, block, date);
      const locate = (at: Path) => layers.origin(at) ?? inSource(source)(path);
      const { value: terms } = parse(termsField, layers.value, locate);
      if (terms)
        termsOf(terms, {
          currency: undefined,
          digits: 4,
          zone: value.zone,
          since: '1970-01-01',
          holidays: provider.holidays,
          severities: severitiesOf(provider),
          places: provider.places,
          endpoints: new Map(),
          complain: (at, code, want, against) => {
            // Which endpoints a clause may name, only a service knows.
            if (!at.includes('up-when')) complainer(problems, layers.value, locate)(at, code, want, against);
          },
        });
    }
  }
};

/** @param files Paths relative to the folder. Of others only the calendars that provider.yaml names are read. */
export const decodeContracts = (files: readonly SourceFile[], options: Options = {}): Decoded<Contracts> => {
  const problems: Problem[] = [];
  const providerFiles = files.filter(({ path }) => isProvider(path));
  const clientFiles = files.filter(({ path }) => isClient(path)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (providerFiles.length === 0)
    problems.push(
      missing(
        'no provider.yaml',
        'a file that says who the provider is, with id, name, language, zone and currency',
        'provider.yaml',
      ),
    );
  if (clientFiles.length === 0)
    problems.push(missing('no client', 'a file for each client, such as clients/acme.yaml', 'clients/'));
  const alone = loadProvider(sourcesOf(providerFiles, problems), problems);
  const clients = loadClients(sourcesOf(clientFiles, problems), problems);
  const provider = alone && providerOf(alone, clients, files, problems);
  if (!provider) return { ok: false, problems: inOrder(problems) };
  const plan = planOf(provider, clients, options, problems);
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
  return { ok: true, value: { plan, trace: (...of) => traceOf(provider, clients, ...of) } };
};

export const decodeFolder = (files: readonly SourceFile[], options: Options = {}): Decoded<Plan> => {
  const decoded = decodeContracts(files, options);
  return decoded.ok ? { ok: true, value: decoded.value.plan } : decoded;
};

const providerOf = (
  alone: Loaded<WrittenProvider>,
  clients: readonly Client[],
  files: readonly SourceFile[],
  problems: Problem[],
): Provider => {
  const { value, raw, source } = alone;
  const own: Problem[] = [];
  const complain = complainer(own, raw, inSource(source));
  const places = placesOf(value.places ?? {}, value.language, complain);
  // Of a file that could not be read, nobody knows whose it is.
  const known = clients.map((client) => inside(client.raw, ['id'])).filter((id) => typeof id === 'string');
  if (known.length === files.filter(({ path }) => isClient(path)).length) judgeClients(places, known, complain);
  problems.push(...own.filter((problem) => !causedBySettingAside(problem, [alone])));
  return { ...alone, places, holidays: holidaysOf(alone, clients, files, problems) };
};

const planOf = (provider: Provider, clients: readonly Client[], options: Options, problems: Problem[]): Plan => {
  const { value, raw, source } = provider;
  const own: Problem[] = [];
  const complain = complainer(own, raw, inSource(source));
  checkProviderTerms(provider, own);
  const plans = clients.map((client) => {
    const compiler = new ClientCompiler(provider, client, options);
    const plan = compiler.plan();
    problems.push(...compiler.problems.filter((problem) => !causedBySettingAside(problem, [provider, client])));
    return plan;
  });
  const known = {
    severities: severitiesOf(provider),
    services: [...new Set(plans.flatMap(({ services }) => services.map(({ id }) => id)))],
    tiers: Object.keys(value.tiers ?? {}),
  };
  const plan: Plan = {
    schema: 1,
    provider: {
      id: value.id,
      name: value.name,
      language: value.language,
      zone: value.zone,
      contacts: contactsOf(value.contacts, value.language, complain),
      severities: Object.entries(value.severities ?? defaultSeverities).map(([id, name]) => ({
        id,
        name: textOf(name, value.language),
      })),
      tiers: Object.entries(value.tiers ?? {}).map(([id, { name }]) => ({ id, name: textOf(name, value.language) })),
      places: [...provider.places],
    },
    clients: plans,
    onCall: subscriptionsOf(value['on-call'], ['on-call'], known, complain),
  };
  problems.push(...own.filter((problem) => !causedBySettingAside(problem, [provider, ...clients])));
  return plan;
};

const traceOf = (
  provider: Provider,
  clients: readonly Client[],
  clientId: string,
  serviceId: string,
  date: string,
): TracedTerm[] | undefined => {
  const client = clients.find(({ value }) => value.id === clientId);
  const service = client?.value.services[serviceId];
  if (!client || !service) return undefined;
  const tier = tierAt(client, service, date);
  const lines = termLayers(provider, client, serviceId, service, date)
    .leaves()
    .map(({ path, value, origin }) => ({
      path: path.join('.'),
      value,
      ...(origin && { file: origin.file, line: origin.line }),
    }));
  return tier === undefined ? lines : [{ path: 'tier', value: tier, ...placeOf(client, serviceId) }, ...lines];
};

const placeOf = ({ source }: Client, serviceId: string): { file: string; line: number } => {
  const { line } = source.at(['services', serviceId, 'tier']);
  return { file: source.file, line };
};
