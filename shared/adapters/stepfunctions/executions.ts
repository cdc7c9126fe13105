import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { awsClient } from '../aws-client.ts';

export interface Execution {
  readonly state: 'running' | 'done' | 'failed';
  readonly output?: unknown;
  /** Why it failed, in AWS's words. */
  readonly cause?: string;
}

export interface Executions {
  start(machine: string, input: unknown): Promise<string>;
  look(execution: string): Promise<Execution>;
}

export const sfnClient = (): SFNClient => awsClient(new SFNClient({}));

export const openExecutions = (client: SFNClient): Executions => ({
  start: async (machine, input) => {
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn: machine, input: JSON.stringify(input) }),
    );
    if (!executionArn) throw new Error(`the state machine ${machine} started nothing`);
    return executionArn;
  },
  look: async (execution) => {
    const { status, output, cause, error } = await client.send(
      new DescribeExecutionCommand({ executionArn: execution }),
    );
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { state: 'running' };
    if (status === 'SUCCEEDED') return { state: 'done', ...(output && { output: JSON.parse(output) }) };
    return { state: 'failed', cause: cause ?? error ?? `it ended as ${status}` };
  },
});
