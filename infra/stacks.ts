import type { Construct } from 'constructs';
import type { Plan } from '../shared/contract/plan.ts';
import { placeStack } from '../shared/probe/home.ts';
import { ProbingStack } from './probing-stack.ts';
import { VigieStack } from './vigie-stack.ts';

export interface StacksProps {
  readonly plan: Plan;
  /** Where the home is deployed; needed where anything else is. */
  readonly homeRegion: string | undefined;
}

/** The home, and a stack for each other place that Lambda probes from. Agents are no stacks. */
export const stacksOf = (
  scope: Construct,
  name: string,
  { plan, homeRegion }: StacksProps,
): { readonly home: VigieStack; readonly elsewhere: readonly ProbingStack[] } => {
  const home = new VigieStack(scope, name, { plan });
  const elsewhere = plan.provider.places.flatMap((place) => {
    if (place.kind !== 'region' && place.kind !== 'vpc') return [];
    if (homeRegion === undefined)
      throw new Error(`${place.id} must know where its home is: set AWS_REGION, or a region in your AWS profile`);
    return [
      new ProbingStack(scope, placeStack(name, place.id), { home, homeRegion, place, env: { region: place.region } }),
    ];
  });
  return { home, elsewhere };
};
