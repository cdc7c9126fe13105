/** Which blocks of which files speak about a service at a date, from the outermost to the innermost. */
import { defaultLimits, defaultTerms } from '../default-terms.ts';
import type { WrittenClient, WrittenProvider } from '../language/files.ts';
import type { WrittenService } from '../language/service.ts';
import { type Layer, type Layered, layered } from '../layers.ts';
import type { Loaded } from '../load.ts';
import { defaultPlaces } from '../places.ts';
import type { PlacePlan } from '../plan.ts';
import { inside } from '../report.ts';
import { atDate, versionDays } from './dates.ts';
import type { Holidays } from './holidays.ts';
import type { Path } from './reading.ts';

export interface Provider extends Loaded<WrittenProvider> {
  readonly holidays: Holidays;
  readonly places: readonly PlacePlan[];
}
export type Client = Loaded<WrittenClient>;
type Field = 'terms' | 'limits';

interface Changing {
  readonly changes?: readonly { readonly from: string }[] | undefined;
}

const changeDays = (block: Changing | undefined): string[] => (block?.changes ?? []).map(({ from }) => from);

/** A block's own word and those of its changes that have come into force. */
const blockLayers = (
  { source, raw }: Loaded<unknown>,
  path: Path,
  block: Changing | undefined,
  field: Field,
  date: string,
): Layer[] => {
  if (!block) return [];
  const inForce = (block.changes ?? []).flatMap(({ from }, i) =>
    from <= date ? [[...path, 'changes', i, field]] : [],
  );
  return [[...path, field], ...inForce].map((at) => ({ source, path: at, value: inside(raw, at) }));
};

export const limitLayers = (provider: Provider, client: Client, date: string): Layered =>
  layered([
    { path: [], value: defaultLimits },
    ...blockLayers(provider, [], provider.value, 'limits', date),
    ...blockLayers(client, [], client.value, 'limits', date),
  ]);

/** Vigie's own, and the places that follow from those that the provider has. */
const termDefaults = ({ places }: Provider): Layer[] => [
  { path: [], value: defaultTerms },
  { path: [], value: { probe: { places: defaultPlaces(places) } } },
];

export const catalogueOf = (provider: Provider, service: WrittenService) =>
  service.catalogue === undefined ? undefined : provider.value.services?.[service.catalogue];

export const tierAt = (client: Client, service: WrittenService, date: string): string | undefined =>
  atDate(service.tier, service.changes, 'tier', date) ?? atDate(client.value.tier, client.value.changes, 'tier', date);

export const termLayers = (
  provider: Provider,
  client: Client,
  id: string,
  service: WrittenService,
  date: string,
): Layered => {
  const tier = tierAt(client, service, date);
  return layered([
    ...termDefaults(provider),
    ...blockLayers(provider, [], provider.value, 'terms', date),
    ...blockLayers(provider, ['services', service.catalogue ?? ''], catalogueOf(provider, service), 'terms', date),
    ...(tier === undefined ? [] : blockLayers(provider, ['tiers', tier], provider.value.tiers?.[tier], 'terms', date)),
    ...blockLayers(client, [], client.value, 'terms', date),
    ...blockLayers(client, ['services', id], service, 'terms', date),
  ]);
};

/** A block of the provider by itself, so that a tier which nobody has yet is judged too. */
export const providerLayers = (provider: Provider, path: Path, block: Changing | undefined, date: string): Layered =>
  layered([
    ...termDefaults(provider),
    ...blockLayers(provider, [], provider.value, 'terms', date),
    ...(path.length === 0 ? [] : blockLayers(provider, path, block, 'terms', date)),
  ]);

/** Days on which something that is said about a service changes. */
export const serviceDays = (
  provider: Provider,
  client: Client,
  service: WrittenService,
  since: string,
  until: string | undefined,
): string[] => {
  const days = [provider.value, catalogueOf(provider, service), client.value, service].flatMap(changeDays);
  const tiers = new Set([since, ...days].flatMap((day) => tierAt(client, service, day) ?? []));
  return versionDays(since, until, [
    ...days,
    ...[...tiers].flatMap((tier) => changeDays(provider.value.tiers?.[tier])),
  ]);
};

export const clientDays = (provider: Provider, client: Client): string[] =>
  versionDays(client.value.since, client.value.until, [provider.value, client.value].flatMap(changeDays));
