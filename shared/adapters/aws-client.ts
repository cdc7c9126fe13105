/**
 * What every SDK client of Vigie has in common. Region, credentials and `AWS_ENDPOINT_URL` are the SDK's own business.
 *
 * The emulators enforce no IAM, so tests set `VIGIE_RECORD_CALLS=<folder>`: each call is appended to
 * `<folder>/<function>.jsonl` as the IAM action and resource it needs, to be held against the synthesized roles.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Grant, grantsOf } from './iam.ts';

interface Recordable {
  readonly config: { readonly region: () => Promise<string> };
  readonly middlewareStack: {
    add(
      middleware: <Output>(
        next: (args: { input: object }) => Promise<Output>,
        context: { commandName?: string; clientName?: string },
      ) => (args: { input: object }) => Promise<Output>,
      options: { step: 'initialize'; name: string; override: boolean },
    ): void;
  };
}

/** A line of a recording. */
export interface RecordedCall extends Grant {
  readonly function: string;
  readonly service: string;
  readonly at: string;
}

const recordInto = (
  folder: string,
  calledBy: string,
  { service, command, region }: { readonly service: string; readonly command: string; readonly region: string },
  input: object,
): void => {
  const at = new Date().toISOString();
  const lines = grantsOf(service, command, input, region).map((grant) => {
    const call: RecordedCall = { function: calledBy, service, ...grant, at };
    return `${JSON.stringify(call)}\n`;
  });
  appendFileSync(join(folder, `${calledBy}.jsonl`), lines.join(''));
};

/** The client as it came, or one that records what it is asked. */
export const awsClient = <Client extends object>(client: Client & Recordable): Client => {
  const folder = process.env.VIGIE_RECORD_CALLS;
  if (folder) {
    const calledBy = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'host';
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const service = (context.clientName ?? '').replace(/Client$/, '').toLowerCase();
        const command = (context.commandName ?? '').replace(/Command$/, '');
        recordInto(folder, calledBy, { service, command, region: await client.config.region() }, args.input);
        return next(args);
      },
      { step: 'initialize', name: 'vigieRecordCalls', override: true },
    );
  }
  return client;
};
