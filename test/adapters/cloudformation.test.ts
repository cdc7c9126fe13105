import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { answer, type Outcome, questionSchema } from '../../shared/adapters/cloudformation/answer.ts';

interface Put {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What a signed URL received from an answer; the first so many requests fail. */
const putsOf = async (outcome: Outcome, failures = 0, physicalId?: string): Promise<Put[]> => {
  const puts: Put[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (++requests <= failures) return response.writeHead(503).end();
      const body = JSON.parse(Buffer.concat(chunks).toString());
      puts.push({ method: request.method, type: request.headers['content-type'], body });
      return response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const question = questionSchema.parse({
    ...{ RequestType: 'Update', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' },
    ...{ ResponseURL: `http://127.0.0.1:${port}/signed?x=1`, ResourceProperties: { key: 'k' } },
    ...(physicalId && { PhysicalResourceId: physicalId }),
  });
  try {
    await answer(question, 'vigie-plan', outcome);
  } finally {
    server.close();
  }
  return puts;
};

test('an answer is put as the signature expects it', async () => {
  const [put] = await putsOf({ ok: true, data: { version: 'v' } });
  expect(put).toMatchObject({ method: 'PUT', body: { Status: 'SUCCESS', Data: { version: 'v' } } });
  expect(put?.body).toMatchObject({
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
    PhysicalResourceId: 'vigie-plan',
  });
  expect(put?.type ?? '').toBe('');
});

test('a resource keeps the id that it has', async () => {
  const [put] = await putsOf({ ok: true, data: {} }, 0, 'older');
  expect(put?.body.PhysicalResourceId).toBe('older');
});

test('a failure has its reason, cut to what CloudFormation takes', async () => {
  const [put] = await putsOf({ ok: false, reason: 'x'.repeat(9_000) });
  expect(put?.body.Status).toBe('FAILED');
  expect(JSON.stringify(put?.body).length).toBeLessThan(4_096);
});

test('an answer that is not taken is given again', async () => {
  expect(await putsOf({ ok: true, data: {} }, 2)).toHaveLength(1);
});
