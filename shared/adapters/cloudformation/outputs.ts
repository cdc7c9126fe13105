import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { awsClient } from '../aws-client.ts';

/** What a deployed stack says about itself: `infra/vigie-stack.ts` writes them, the command line reads them. */
export const stackOutputsSchema = z.object({
  SamplesTable: z.string(),
  RecordsTable: z.string(),
  DocumentsBucket: z.string(),
  EvidenceBucket: z.string(),
  ApplyFunction: z.string(),
  SettlementMachine: z.string(),
  BeatUrl: z.string(),
  BeatKey: z.string(),
});

/** None where there is no such stack, or it is still without outputs. */
export const stackOutputs = async (name: string): Promise<{ outputs: unknown; region: string } | undefined> => {
  const client = awsClient(new CloudFormationClient({}));
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks ?? [];
    const [, , , region = ''] = (stack?.StackId ?? '').split(':');
    const outputs = Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
    return stack && { outputs, region };
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};
