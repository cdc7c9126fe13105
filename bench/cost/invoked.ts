/**
 * One function in a process of its own, bundled as it is deployed: takes `{events, times}`, invokes the handler with
 * each event in turn, says the CPU that all of it took and whether it went well, and ends.
 *
 *     node invoked.ts <function> <folder of its bundle>
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const askedSchema = z.object({ events: z.array(z.unknown()), warm: z.int(), times: z.int() });
const [name = '', folder = ''] = process.argv.slice(2);

const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: `Vigie-${name}`,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:eu-west-3:000000000000:function:Vigie-${name}`,
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 30_000,
};

const { handler }: { handler: (event: unknown, context: object) => Promise<unknown> } = await import(
  pathToFileURL(join(folder, 'index.mjs')).href
);

process.once('message', async (message) => {
  const { events, warm, times } = askedSchema.parse(message);
  const round = async (): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const event of events) answers.push(await handler(event, context));
    return answers;
  };
  for (let i = 0; i < warm; i++) await round();
  process.send?.('warm');
  const before = process.cpuUsage();
  let answers: unknown[] = [];
  for (let i = 0; i < times; i++) answers = await round();
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1_000 / times, answers });
  process.disconnect();
  process.exit();
});
process.send?.('ready');
