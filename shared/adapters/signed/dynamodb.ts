/** In the place of `@aws-sdk/client-dynamodb`: the seven operations of `dynamodb/table.ts`, in DynamoDB's JSON 1.0. */
import { type ClientConfig, openService, openStack, ServiceException, told } from './client.ts';

export class ConditionalCheckFailedException extends ServiceException {}
export class TransactionCanceledException extends ServiceException {
  readonly CancellationReasons: unknown;
  constructor(name: string, message: string, status: number, reasons: unknown) {
    super(name, message, status);
    this.CancellationReasons = reasons;
  }
}

class Command {
  readonly input: object;
  constructor(input: object) {
    this.input = input;
  }
}
export class GetItemCommand extends Command {}
export class PutItemCommand extends Command {}
export class UpdateItemCommand extends Command {}
export class QueryCommand extends Command {}
export class BatchGetItemCommand extends Command {}
export class BatchWriteItemCommand extends Command {}
export class TransactWriteItemsCommand extends Command {}
const operations = [
  ['GetItem', GetItemCommand],
  ['PutItem', PutItemCommand],
  ['UpdateItem', UpdateItemCommand],
  ['Query', QueryCommand],
  ['BatchGetItem', BatchGetItemCommand],
  ['BatchWriteItem', BatchWriteItemCommand],
  ['TransactWriteItems', TransactWriteItemsCommand],
] as const;

/** Bytes are base64 on the wire, and nowhere but under `B`. */
function toWire(this: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const given = this[name]; // a Buffer has made something else of itself by now
  return given instanceof Uint8Array
    ? Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64')
    : value;
}
const fromWire = (name: string, value: unknown): unknown =>
  name === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;

const refusal = (status: number, text: string): ServiceException => {
  const said: unknown = text.startsWith('{') ? JSON.parse(text) : {};
  const { __type, message, Message, CancellationReasons } = Object.assign(
    { __type: 'UnknownError', message: undefined, Message: undefined, CancellationReasons: undefined },
    said,
  );
  const name = String(__type).split('#').at(-1) ?? '';
  const words = String(message ?? Message ?? text.slice(0, 200));
  if (name === 'ConditionalCheckFailedException') return new ConditionalCheckFailedException(name, words, status);
  if (name === 'TransactionCanceledException')
    return new TransactionCanceledException(name, words, status, CancellationReasons);
  return new ServiceException(name, words, status);
};

export class DynamoDBClient {
  readonly middlewareStack = openStack('DynamoDBClient');
  readonly config;
  readonly #service;
  constructor(config: ClientConfig = {}) {
    this.config = told(config);
    this.#service = openService('dynamodb', (region) => `dynamodb.${region}.amazonaws.com`, config);
  }

  send(command: Command): Promise<unknown> {
    const [operation] = operations.find(([, kind]) => command instanceof kind) ?? [];
    if (!operation) throw new Error('no such operation of DynamoDB');
    return this.middlewareStack.run(`${operation}Command`, command.input, async ({ input }) => {
      const { status, text } = await this.#service.ask({
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        },
        body: JSON.stringify(input, toWire),
      });
      if (status !== 200) throw refusal(status, text);
      return JSON.parse(text, fromWire);
    });
  }

  destroy(): void {}
}
