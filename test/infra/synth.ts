import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { readFolder } from '../../cli/read-folder.ts';
import { stacksOf } from '../../infra/stacks.ts';
import { VigieStack } from '../../infra/vigie-stack.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** The context that `cdk` itself would hand over, feature flags included. */
export const cdkContext = cdkJson.parse(JSON.parse(readFileSync('cdk.json', 'utf8'))).context;

export const examplePlan = async (): Promise<Plan> => {
  const decoded = decodeFolder(await readFolder('examples/atelier-ops'));
  if (!decoded.ok) throw new Error(`the examples do not decode: ${JSON.stringify(decoded.problems)}`);
  return decoded.value;
};

/** The same plan with as many clients as asked, copies of the first under other names. */
export const planOf = (plan: Plan, clients: number): Plan => ({
  ...plan,
  clients: Array.from({ length: clients }, (_, at) => {
    const client = plan.clients[0];
    if (client === undefined) throw new Error('the examples have no client');
    return { ...client, id: `client-${at}` };
  }),
});

export interface Synthesized {
  readonly app: App;
  readonly stack: VigieStack;
  readonly template: Template;
}

/** Synthesizes without bundling: nothing asserted here depends on the functions' code. */
export const synthesize = (plan: Plan, context: AppProps['context'] = {}): Synthesized => {
  const app = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [], ...context } });
  const stack = new VigieStack(app, 'Vigie', { plan });
  return { app, stack, template: Template.fromStack(stack) };
};

/** Where the home is, for a plan of several places. */
export const homeRegion = 'eu-west-3';

/** A place of every kind beside home. */
const places: Plan['provider']['places'] = [
  { id: 'home', kind: 'home' },
  { id: 'agence-lyon', kind: 'agent' },
  { id: 'frankfurt', kind: 'region', region: 'eu-central-1' },
  {
    ...{ id: 'siege', kind: 'vpc', region: homeRegion, vpc: 'vpc-0a1b2c3d' },
    ...{ subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] },
  },
];

export const withPlaces = (plan: Plan): Plan => ({ ...plan, provider: { ...plan.provider, places } });

/** Home and a stack for each place elsewhere, as `infra/app.ts` makes them. */
export const synthesizeAll = (plan: Plan, context: AppProps['context'] = {}) => {
  const app = new App({ context: { ...cdkContext, 'aws:cdk:bundling-stacks': [], ...context } });
  const { home, elsewhere } = stacksOf(app, 'Vigie', { plan, homeRegion });
  const templates = new Map(elsewhere.map((stack) => [stack.stackName, Template.fromStack(stack)]));
  return { app, home, elsewhere, templates };
};

const resourceSchema = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

/** Every resource of a template with its logical id and type. */
export const resourcesOf = (template: Template): (z.infer<typeof resourceSchema> & { readonly id: string })[] =>
  Object.entries(z.record(z.string(), z.unknown()).parse(template.toJSON().Resources)).map(([id, resource]) => ({
    id,
    ...resourceSchema.parse(resource),
  }));
