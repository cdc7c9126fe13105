/**
 * A stand-in for the AWS services that the functions call: it keeps items and documents in memory, answers as far as the
 * functions look, and counts what AWS would bill. Its own CPU is not the functions'.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { bytesOf, type Item } from '../../shared/adapters/dynamodb/item.ts';
import { itemSchema } from '../../shared/adapters/dynamodb/stream.ts';

export interface Tally {
  requests: number;
  readUnits: number;
  writeUnits: number;
  publishes: number;
  /** Of objects. */
  objectsPut: number;
  objectsGot: number;
  /** Of the last write of one item, headers included. */
  putBytes: number;
}

const noTally = (): Tally => ({
  requests: 0,
  readUnits: 0,
  writeUnits: 0,
  publishes: 0,
  objectsPut: 0,
  objectsGot: 0,
  putBytes: 0,
});

const putSchema = z.object({ Item: itemSchema });
const updateSchema = z.object({ Key: itemSchema, ExpressionAttributeValues: itemSchema.optional() });
const requestSchema = z.object({
  Item: itemSchema.optional(),
  Key: itemSchema.optional(),
  IndexName: z.string().optional(),
  ExpressionAttributeValues: itemSchema.optional(),
  ScanIndexForward: z.boolean().optional(),
  Limit: z.int().optional(),
  TransactItems: z.array(z.object({ Put: putSchema.optional(), Update: updateSchema.optional() })).optional(),
});
type Request = z.infer<typeof requestSchema>;

const toWire = (value: AttributeValue): unknown => {
  if (value.B) return { B: Buffer.from(value.B).toString('base64') };
  if (value.M) return { M: wireOf(value.M) };
  if (value.L) return { L: value.L.map(toWire) };
  return value;
};
export const wireOf = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toWire(value)]));

const plain = (value: AttributeValue | undefined): string | number =>
  value?.N !== undefined ? Number(value.N) : (value?.S ?? '');

/** Source: DynamoDB developer guide, "Read and write operations": 1 KB a write, 4 KB a consistent read. */
const writeUnitsOf = (item: Item): number => Math.ceil(bytesOf(item) / 1_024);
const readUnitsOf = (items: readonly Item[]): number =>
  Math.max(1, Math.ceil(items.reduce((sum, item) => sum + bytesOf(item), 0) / 4_096));

/** In the one parameter that there is. */
export const beatKey = 'a key of the stand-in';

export interface StandIn {
  readonly url: string;
  readonly put: (item: Item) => void;
  readonly document: (path: string, text: string) => void;
  readonly items: () => Item[];
  /** Bytes of each document that is kept under a path. */
  readonly sizes: (under: string) => number[];
  /** Since the last time. */
  readonly taken: () => Tally;
  readonly close: () => Promise<void>;
}

export const openStandIn = async (): Promise<StandIn> => {
  const table = new Map<string | number, Map<string | number, Item>>();
  const documents = new Map<string, string | Buffer>();
  let tally = noTally();

  const put = (item: Item): void => {
    const [pk, sk] = [plain(item.pk), plain(item.sk)];
    if (!table.has(pk)) table.set(pk, new Map());
    table.get(pk)?.set(sk, item);
  };
  const find = (key: Item): Item | undefined => table.get(plain(key.pk))?.get(plain(key.sk));
  /** What waits is in the sparse index too. */
  const written = (item: Item, times: number): void => {
    tally.writeUnits += writeUnitsOf(item) * (times + (item.pending ? 1 : 0));
    put(item);
  };
  const updated = ({ Key, ExpressionAttributeValues: values }: z.infer<typeof updateSchema>, times: number): void => {
    const { pending, ...before } = find(Key) ?? Key;
    const after: Item = { ...before, ...(values?.[':expires'] && { expires: values[':expires'] }) };
    tally.writeUnits += writeUnitsOf(after) * times + (pending ? writeUnitsOf(before) : 0);
    put(after);
  };

  const query = ({ IndexName, ExpressionAttributeValues: values = {}, ScanIndexForward, Limit }: Request): Item[] => {
    if (IndexName) return [...table.values()].flatMap((of) => [...of.values()].filter(({ pending }) => pending));
    const { ':from': from, ':to': to, ':prefix': prefix } = values;
    const found = [...(table.get(plain(values[':pk'])) ?? new Map<string | number, Item>())]
      .filter(([sk]) => !from || (sk >= plain(from) && sk <= plain(to)))
      .filter(([sk]) => !prefix || String(sk).startsWith(String(plain(prefix))))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, item]) => item);
    return (ScanIndexForward === false ? found.reverse() : found).slice(0, Limit);
  };

  const dynamo = (operation: string, request: Request): object => {
    if (operation === 'GetItem' && request.Key) {
      const item = find(request.Key);
      tally.readUnits += readUnitsOf(item ? [item] : []);
      return item ? { Item: wireOf(item) } : {};
    }
    if (operation === 'Query') {
      const items = query(request);
      tally.readUnits += readUnitsOf(items) / (request.IndexName ? 2 : 1); // an index is read as it happens to be
      return { Items: items.map(wireOf), Count: items.length };
    }
    if (operation === 'PutItem' && request.Item) written(request.Item, 1);
    else if (operation === 'UpdateItem' && request.Key) updated({ ...request, Key: request.Key }, 1);
    else if (operation === 'TransactWriteItems')
      for (const { Put, Update } of request.TransactItems ?? []) {
        if (Put) written(Put.Item, 2); // a transaction writes twice
        if (Update) updated(Update, 2);
      }
    else throw new Error(`the stand-in knows no ${operation}`);
    return {};
  };

  const answer = (request: IncomingMessage, sent: Buffer, response: ServerResponse): void => {
    const body = sent.toString('utf8');
    const path = (request.url ?? '').split('?')[0] ?? '';
    const target = String(request.headers['x-amz-target'] ?? '');
    tally.requests++;
    if (target.startsWith('DynamoDB')) {
      const operation = target.split('.')[1] ?? '';
      if (operation === 'PutItem')
        tally.putBytes = Buffer.byteLength(body) + request.rawHeaders.reduce((sum, word) => sum + word.length + 2, 40);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(dynamo(operation, requestSchema.parse(JSON.parse(body)))));
    } else if (body.includes('Action=Publish')) {
      tally.publishes++;
      response.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
    } else if (path.endsWith('/invocations')) response.writeHead(202).end();
    else if (target === 'AmazonSSM.GetParameter') response.end(JSON.stringify({ Parameter: { Value: beatKey } }));
    else if (target === 'AmazonSQS.GetQueueAttributes')
      response.end(JSON.stringify({ Attributes: { ApproximateNumberOfMessages: '0' } }));
    else if (request.method === 'GET') {
      tally.objectsGot++;
      const text = documents.get(path);
      if (text === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      else response.end(text);
    } else {
      tally.objectsPut++;
      documents.set(path, sent);
      response.end();
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      try {
        answer(request, Buffer.concat(chunks), response);
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    put,
    document: (path, text) => void documents.set(path, text),
    items: () => [...table.values()].flatMap((of) => [...of.values()]),
    sizes: (under) => [...documents].flatMap(([path, { length }]) => (path.startsWith(under) ? [length] : [])),
    taken: () => {
      const before = tally;
      tally = noTally();
      return before;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
