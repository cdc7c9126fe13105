/** What kinds of place can do. */
import type { Roster } from '../probe/roster.ts';
import type { PlacePlan, Plan } from './plan.ts';

/** Whether it has nothing but the internet, and so reaches no private address. */
export const isOnInternet = ({ kind }: PlacePlan): boolean => kind === 'home' || kind === 'region';

/** Who probes what names no places: never a VPC or an agent, which see what not every endpoint is meant to be seen by. */
export const defaultPlaces = (places: readonly PlacePlan[]): string[] =>
  places
    .filter(isOnInternet)
    .map(({ id }) => id)
    .sort();

/** Public resolvers of three companies, which take connections on the port of TLS. */
const publicReferences: readonly string[] = ['1.1.1.1:443', '8.8.8.8:443', '9.9.9.9:443'];

/** Asked when everything fails. A VPC and an agent have none of themselves: what their network lets out, its owner knows. */
export const referencesOf = (place: PlacePlan): readonly string[] =>
  place.references ?? (isOnInternet(place) ? publicReferences : []);

/** All that an agent is told of a plan: its own rosters, and what to ask when everything fails. */
export interface AgentDocument {
  readonly place: string;
  readonly references: readonly string[];
  readonly rosters: readonly Roster[];
}

/** Under the place's own prefix, which is all that its agent may read. */
export const agentDocumentKey = (place: string, version: string): string => `places/${place}/${version}.json`;

/** One for each agent, also for one that has nothing to probe yet. */
export const agentDocuments = ({ provider }: Pick<Plan, 'provider'>, rosters: readonly Roster[]): AgentDocument[] =>
  provider.places
    .filter(({ kind }) => kind === 'agent')
    .map((place) => ({
      place: place.id,
      references: referencesOf(place),
      rosters: rosters.filter(({ places }) => places.includes(place.id)),
    }));
