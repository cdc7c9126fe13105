/** The little of AWS that an agent needs, by clients that give up soon: whoever waits on disk can wait a little longer. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { agentDocumentKey } from '../../contract/places.ts';
import { type Home, homeParameter } from '../../probe/home.ts';
import type { Runs } from '../../probe/runs.ts';
import { awsClient } from '../aws-client.ts';
import { openPlanPointers } from '../dynamodb/plan-pointers.ts';
import { openRuns } from '../dynamodb/runs.ts';
import { openDocuments } from '../s3/documents.ts';

/** The SDK's own defaults wait for ever on a network that swallows packets. */
const hurried = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 6_000, throwOnRequestTimeout: true },
};

const dateOf = (response: unknown): number => {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return Number.NaN;
  const { headers } = response;
  const date = typeof headers === 'object' && headers !== null && 'date' in headers ? headers.date : undefined;
  return typeof date === 'string' ? Date.parse(date) : Number.NaN;
};

export interface AgentAws {
  readonly runs: Pick<Runs, 'putOnce' | 'putLooks' | 'noteLate'>;
  /** The text of the home stack's parameter. */
  readHome(): Promise<string>;
  version(): Promise<string | undefined>;
  document(version: string): Promise<string>;
  /** How far AWS's clock is ahead, by its last answer, to half a second. */
  clockOffMs(): number | undefined;
}

export interface AgentAwsOptions {
  readonly stack: string;
  readonly place: string;
  readonly region: string;
  readonly now: () => number;
  readonly home: () => Promise<Home>;
}

export const openAgentAws = ({ stack, place, region, now, home }: AgentAwsOptions): AgentAws => {
  let off: number | undefined;
  const dynamo = awsClient(new DynamoDBClient({ region, ...hurried }));
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args);
      const date = dateOf(output.response);
      if (!Number.isNaN(date)) off = Math.round(date + 500 - now()); // the header has whole seconds
      return output;
    },
    { step: 'deserialize', priority: 'low', name: 'vigieClock' },
  );
  const s3 = awsClient(new S3Client({ region, ...hurried }));
  const ssm = awsClient(new SSMClient({ region, ...hurried }));
  const runs = async () => openRuns(dynamo, (await home()).samples);
  return {
    runs: {
      putOnce: async (run, arrival) => (await runs()).putOnce(run, arrival),
      putLooks: async (looks, arrival) => (await runs()).putLooks(looks, arrival),
      noteLate: async (of, day) => (await runs()).noteLate(of, day),
    },
    readHome: async () => {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: homeParameter(stack) }));
      return Parameter?.Value ?? '';
    },
    version: async () => (await openPlanPointers(dynamo, (await home()).records).current())?.version,
    document: async (version) => {
      const key = agentDocumentKey(place, version);
      const text = await openDocuments(s3, (await home()).documents).get({ key });
      if (text === undefined) throw new Error(`there is no document ${key}: is the place "${place}" in provider.yaml?`);
      return text;
    },
    clockOffMs: () => off,
  };
};

/** Refused for what it is: the same item will never be taken. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';
