/** Places as written in provider.yaml, and what probe settings ask of them. */
import { clientOf } from '../../probe/id.ts';
import { homePlace } from '../../probe/place.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { WrittenPlace } from '../language/place.ts';
import type { Language, PlacePlan } from '../plan.ts';
import { readHostAndPort } from './host.ts';
import { textOf } from './party.ts';
import type { Complain, Path } from './reading.ts';

const judgeReferences = (references: readonly string[], path: Path, complain: Complain): void => {
  for (const [i, reference] of references.entries())
    if (!readHostAndPort(reference)) complain([...path, i], 'bad-value', 'a host and a port, such as 1.1.1.1:443');
};

const ofVpcs = ['subnets', 'security-groups'] as const;
const ofRegions = ['region', 'vpc', ...ofVpcs] as const;
const fromTheInternet = 'from the internet it reaches no more of one client than of another';

const placeOf = (id: string, written: WrittenPlace, language: Language, path: Path, complain: Complain): PlacePlan => {
  const { name, references, region = '', vpc, subnets = [], 'security-groups': securityGroups = [], clients } = written;
  const refuse = (fields: readonly (keyof WrittenPlace)[], why: string): void => {
    for (const field of fields)
      if (written[field] !== undefined) complain([...path, field], 'contradiction', `no "${field}": ${why}`);
  };
  const miss = (field: keyof WrittenPlace, want: string): void => {
    if (written[field] === undefined) complain([...path, field], 'missing-field', want);
  };
  judgeReferences(references ?? [], [...path, 'references'], complain);
  const common = { id, ...(name !== undefined && { name: textOf(name, language) }), ...(references && { references }) };
  const near = { ...common, ...(clients && { clients }) };
  if (id === homePlace) {
    refuse(['clients'], fromTheInternet);
    refuse([...ofRegions, 'agent'], 'home is the region that the stack itself is in');
    return { ...common, kind: 'home' };
  }
  if (written.agent) {
    refuse(ofRegions, 'an agent runs outside AWS');
    return { ...near, kind: 'agent' };
  }
  miss('region', 'the AWS region that probes, such as "region: eu-central-1", or "agent: true"');
  if (vpc === undefined) {
    refuse(['clients'], fromTheInternet);
    refuse(ofVpcs, 'it names no "vpc: vpc-…" that they could belong to');
    return { ...common, kind: 'region', region };
  }
  miss('subnets', 'the subnets of the VPC that probes run in: "subnets: [subnet-…]"');
  miss('security-groups', 'the security groups that let probes out: "security-groups: [sg-…]"');
  return { ...near, kind: 'vpc', region, vpc, subnets, securityGroups };
};

/** Home first, whether it is written or not, then by id. */
export const placesOf = (
  written: Readonly<Record<string, WrittenPlace>>,
  language: Language,
  complain: Complain,
): PlacePlan[] => {
  const ids = [
    homePlace,
    ...Object.keys(written)
      .filter((id) => id !== homePlace)
      .sort(),
  ];
  const places = ids.map((id) => placeOf(id, written[id] ?? {}, language, ['places', id], complain));
  const shown = new Map<string, string>();
  for (const { id, name } of places)
    for (const text of new Set([id, name?.fr ?? id, name?.en ?? id])) {
      const other = shown.get(text);
      if (other === undefined) shown.set(text, id);
      else complain(['places', id, 'name'], 'duplicate-id', 'a name of its own', ['places', other]);
    }
  return places;
};

/** Named places by id; one that is not known or named twice is complained of and left out. */
export const knownPlaces = (
  named: readonly string[],
  path: Path,
  places: readonly PlacePlan[],
  complain: Complain,
): PlacePlan[] => {
  const known = places.map(({ id }) => id);
  for (const [i, id] of named.entries())
    if (!known.includes(id))
      complain([...path, i], 'unknown-reference', `a place of provider.yaml: ${didYouMean(id, known)}`);
    else if (named.indexOf(id) < i) complain([...path, i], 'duplicate-id', 'each place once');
  return places.filter(({ id }) => named.includes(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Clients that a place is said to be of, and that are not there: a word that shuts out whom it was to let in. */
export const judgeClients = (places: readonly PlacePlan[], known: readonly string[], complain: Complain): void => {
  for (const place of places)
    for (const [i, id] of ('clients' in place ? (place.clients ?? []) : []).entries())
      if (!known.includes(id))
        complain(['places', place.id, 'clients', i], 'unknown-reference', `a client: ${didYouMean(id, known)}`);
};

/** Places inside a network that are other clients': nobody's endpoints are to be asked from there but theirs. */
export const judgeOwners = (
  named: readonly string[],
  path: Path,
  endpoint: string,
  places: readonly PlacePlan[],
  complain: Complain,
): void => {
  const client = clientOf(endpoint);
  for (const [i, id] of named.entries()) {
    const place = places.find((one) => one.id === id);
    const owners = place && 'clients' in place ? place.clients : undefined;
    if (owners && !owners.includes(client))
      complain(
        [...path, i],
        'contradiction',
        `a place that may probe ${endpoint}: ${id} is for ${owners.join(', ')} alone, or add ${client} to its "clients:" in provider.yaml`,
      );
  }
};

/** A quorum that no outage could ever reach. */
export const judgeQuorum = (
  quorum: number | 'majority' | undefined,
  path: Path,
  endpoint: { readonly id: string; readonly places: readonly string[] },
  complain: Complain,
): void => {
  const { id, places } = endpoint;
  if (typeof quorum !== 'number' || quorum <= places.length) return;
  const few = places.length === 1 ? `${places[0]} alone` : `${places.length} places: ${places.join(', ')}`;
  complain(path, 'contradiction', `at most ${places.length}, or more "places:": ${id} is probed from ${few}`);
};
