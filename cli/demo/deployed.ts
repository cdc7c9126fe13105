import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { openDetections } from '../../shared/adapters/dynamodb/detections.ts';
import { openOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { openStatements } from '../../shared/adapters/dynamodb/statements.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { Days } from '../../shared/measure/days.ts';
import type { Detections } from '../../shared/outage/detections.ts';
import type { Outbox } from '../../shared/outage/outbox.ts';
import { homePlace } from '../../shared/probe/place.ts';
import type { Runs } from '../../shared/probe/runs.ts';
import type { Documents } from '../../shared/statement/documents.ts';
import type { Statements } from '../../shared/statement/statements.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import type { StackOutputs } from './deploy.ts';
import { localAwsEnv } from './local-aws.ts';

/** A deployed stack: what it stores, read through the product's own adapters, and the events that make it work. */
export interface Deployed {
  readonly outputs: StackOutputs;
  readonly place: string;
  readonly runs: Runs;
  readonly days: Days;
  readonly detections: Detections;
  readonly outbox: Outbox;
  readonly pointers: PlanPointers;
  readonly statements: Statements;
  readonly documents: Documents;
  /** The topic of one client. */
  readonly topicOf: (client: string) => string;
  /** Calls a function and waits for its answer. Throws what the function threw. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** The schedule's own event for a minute. */
  tick(scheduledAt: EpochMs): Promise<void>;
  /** Runs the settlement of a month to its end, of all clients or of some. Throws unless it succeeds. */
  settle(period: string, clients?: readonly string[]): Promise<unknown>;
}

const errorSchema = z.object({ errorMessage: z.string() });

/** Opens a stack on a local AWS; this process's AWS environment is set to it, as its functions' is. */
export const openDeployed = (endpoint: string, outputs: StackOutputs): Deployed => {
  Object.assign(process.env, localAwsEnv(endpoint));
  const dynamodb = dynamoClient();
  const lambda = new LambdaClient({});
  const sfn = new SFNClient({});
  const invoke: Deployed['invoke'] = async (functionName, event) => {
    const request = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
    const { Payload, FunctionError } = await lambda.send(request);
    const text = Payload?.transformToString() ?? '';
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (FunctionError === undefined) return answer;
    const { data } = errorSchema.safeParse(answer);
    throw new Error(`${functionName}: ${data?.errorMessage ?? text}`);
  };
  return {
    outputs,
    place: homePlace,
    runs: openRuns(dynamodb, outputs.SamplesTable),
    days: openDays(dynamodb, outputs.SamplesTable),
    detections: openDetections(dynamodb, outputs.RecordsTable),
    outbox: openOutbox(dynamodb, outputs.RecordsTable),
    pointers: openPlanPointers(dynamodb, outputs.RecordsTable),
    statements: openStatements(dynamodb, outputs.RecordsTable),
    documents: openDocuments(s3Client(), outputs.DocumentsBucket),
    topicOf: (client) => `${outputs.ClientTopicPrefix}${client}`,
    invoke,
    tick: async (scheduledAt) => {
      await invoke(outputs.TickFunction, { scheduledAt: new Date(scheduledAt).toISOString() });
    },
    settle: async (period, clients) => {
      const input = JSON.stringify({ period, clients });
      const start = new StartExecutionCommand({ stateMachineArn: outputs.SettlementMachine, input });
      const { executionArn } = await sfn.send(start);
      for (;;) {
        const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        if (status === 'SUCCEEDED') return output === undefined ? undefined : JSON.parse(output);
        if (status !== 'RUNNING') throw new Error(`the settlement ${status}: ${error ?? ''} ${cause ?? ''}`);
        await sleep(250);
      }
    },
  };
};
