/** The deployed stack as the commands see it: ports, found by the stack's name. */

import { stackOutputs, stackOutputsSchema } from '../shared/adapters/cloudformation/outputs.ts';
import { openDays } from '../shared/adapters/dynamodb/days.ts';
import { openDetections } from '../shared/adapters/dynamodb/detections.ts';
import { openPlanPointers } from '../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../shared/adapters/dynamodb/runs.ts';
import { openSettlementRuns, openStatements } from '../shared/adapters/dynamodb/statements.ts';
import { dynamoClient } from '../shared/adapters/dynamodb/table.ts';
import { openWindows } from '../shared/adapters/dynamodb/windows.ts';
import { openCaller } from '../shared/adapters/lambda/caller.ts';
import { lambdaClient } from '../shared/adapters/lambda/invoker.ts';
import { openColdDays } from '../shared/adapters/s3/cold-days.ts';
import { openDocuments, s3Client } from '../shared/adapters/s3/documents.ts';
import { openPlans } from '../shared/adapters/s3/plans.ts';
import { awsSecrets } from '../shared/adapters/secrets/aws.ts';
import { signatureOf } from '../shared/adapters/signature.ts';
import { type Execution, openExecutions, sfnClient } from '../shared/adapters/stepfunctions/executions.ts';
import type { Plan } from '../shared/contract/plan.ts';
import type { PlanDocuments } from '../shared/contract/plan-documents.ts';
import type { PlanPointer, PlanPointers } from '../shared/contract/plan-pointer.ts';
import type { ColdDays } from '../shared/measure/cold-days.ts';
import type { Days } from '../shared/measure/days.ts';
import type { MaintenanceWindows } from '../shared/measure/windows.ts';
import type { Detections } from '../shared/outage/detections.ts';
import { beatAddress } from '../shared/probe/heartbeat-address.ts';
import type { Runs } from '../shared/probe/runs.ts';
import type { Documents } from '../shared/statement/documents.ts';
import type { SettlementRuns, Statements } from '../shared/statement/statements.ts';
import { exits, Refusal } from './refusal.ts';

export interface Stack {
  readonly name: string;
  readonly pointers: PlanPointers;
  readonly plans: PlanDocuments;
  readonly documents: Documents;
  readonly runs: Pick<Runs, 'between' | 'looksBetween' | 'newest'>;
  readonly days: Pick<Days, 'of' | 'closed'>;
  readonly coldDays: Pick<ColdDays, 'get'>;
  readonly windows: MaintenanceWindows;
  readonly detections: Pick<Detections, 'load' | 'outages'>;
  readonly statements: Pick<Statements, 'revisions' | 'held' | 'issued' | 'ledger'>;
  readonly settlements: Pick<SettlementRuns, 'outcomes'>;
  /** How a reader finds a document: `s3://bucket/key`. */
  readonly address: (key: string) => string;
  /** Puts the compiled plan at `key` into force, and waits for it. */
  readonly apply: (key: string) => Promise<unknown>;
  /** The signed address that an endpoint's job or device calls. */
  readonly beatAddress: (caller: string) => Promise<string>;
  readonly startSettlement: (input: unknown) => Promise<string>;
  readonly settlement: (execution: string) => Promise<Execution>;
}

export const openStack = async (name: string): Promise<Stack> => {
  const found = await stackOutputs(name);
  if (!found) {
    throw new Refusal(
      exits.aws,
      `there is no stack "${name}" in this account and region`,
      'Deploy one with `npx cdk deploy`, or name yours with --stack or VIGIE_STACK.',
    );
  }
  const decoded = stackOutputsSchema.safeParse(found.outputs);
  if (!decoded.success) {
    throw new Refusal(exits.aws, `the stack "${name}" is not a Vigie, or not wholly deployed`, decoded.error.message);
  }
  const outputs = decoded.data;
  const dynamo = dynamoClient();
  const s3 = s3Client();
  const documents = openDocuments(s3, outputs.DocumentsBucket);
  const call = openCaller(lambdaClient());
  const executions = openExecutions(sfnClient());
  return {
    name,
    pointers: openPlanPointers(dynamo, outputs.RecordsTable),
    plans: openPlans(documents),
    documents,
    runs: openRuns(dynamo, outputs.SamplesTable),
    days: openDays(dynamo, outputs.SamplesTable),
    coldDays: openColdDays(s3, outputs.EvidenceBucket),
    windows: openWindows(dynamo, outputs.RecordsTable),
    detections: openDetections(dynamo, outputs.RecordsTable),
    statements: openStatements(dynamo, outputs.RecordsTable),
    settlements: openSettlementRuns(dynamo, outputs.RecordsTable),
    address: (key) => `s3://${outputs.DocumentsBucket}/${key}`,
    apply: (key) => call(outputs.ApplyFunction, { bucket: outputs.DocumentsBucket, key }),
    beatAddress: async (caller) => {
      const key = await awsSecrets().read({ kind: 'parameter', name: outputs.BeatKey });
      return beatAddress(outputs.BeatUrl, caller, signatureOf(key, caller));
    },
    startSettlement: (input) => executions.start(outputs.SettlementMachine, input),
    settlement: executions.look,
  };
};

/** The plan in force, or a refusal that says how to get one. */
export const planInForce = async (stack: Stack): Promise<{ readonly pointer: PlanPointer; readonly plan: Plan }> => {
  const pointer = await stack.pointers.current();
  if (!pointer) throw new Refusal(exits.problems, 'no plan is in force yet', 'Put one into force with `vigie apply`.');
  return { pointer, plan: await stack.plans.plan(pointer.version) };
};

export const clientIn = (plan: Plan, id: string): Plan['clients'][number] => {
  const client = plan.clients.find((one) => one.id === id);
  if (client) return client;
  const known = plan.clients.map((one) => one.id);
  throw new Refusal(
    exits.usage,
    `there is no client "${id}" in the plan in force`,
    `Clients: ${known.slice(0, 20).join(', ')}${known.length > 20 ? `, and ${known.length - 20} more` : ''}.`,
  );
};
