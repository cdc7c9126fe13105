/** In the place of `@aws-sdk/client-s3`: reading and writing whole documents. */
import { createHash } from 'node:crypto';
import { type ClientConfig, openService, openStack, ServiceException, told } from './client.ts';

export class S3ServiceException extends ServiceException {}
export class NoSuchKey extends S3ServiceException {}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}
export class GetObjectCommand {
  readonly input: Place & { readonly VersionId?: string };
  constructor(input: Place & { readonly VersionId?: string }) {
    this.input = input;
  }
}
type Put = Place & { readonly Body: string; readonly ContentType?: string; readonly IfNoneMatch?: string };
export class PutObjectCommand {
  readonly input: Put;
  constructor(input: Put) {
    this.input = input;
  }
}

/** Source: S3 developer guide, "Object keys": a slash separates, all else outside the unreserved is encoded. */
const pathOf = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');

export class S3Client {
  readonly middlewareStack = openStack('S3Client');
  readonly config;
  readonly #config: ClientConfig;
  constructor(config: ClientConfig = {}) {
    this.config = told(config);
    this.#config = config;
  }

  send(command: GetObjectCommand | PutObjectCommand): Promise<unknown> {
    const get = command instanceof GetObjectCommand;
    return this.middlewareStack.run(get ? 'GetObjectCommand' : 'PutObjectCommand', command.input, () =>
      get ? this.#get(command.input) : this.#put(command.input),
    );
  }

  #ask({ Bucket, Key }: Place, method: 'GET' | 'PUT', body: string, headers: object, query = {}) {
    const service = openService('s3', (region) => `${Bucket}.s3.${region}.amazonaws.com`, this.#config);
    const path = `${service.isLocal ? `/${Bucket}` : ''}/${pathOf(Key)}`; // what is local has no name for each bucket
    const digest = createHash('sha256').update(body).digest('hex');
    return service.ask({ method, path, query, body, headers: { ...headers, 'x-amz-content-sha256': digest } });
  }

  async #get({ VersionId, ...place }: GetObjectCommand['input']) {
    const { status, text } = await this.#ask(place, 'GET', '', {}, VersionId ? { versionId: VersionId } : {});
    if (status !== 200) throw refusal(status, text);
    return { Body: { transformToString: async () => text } };
  }

  async #put({ Body, ContentType, IfNoneMatch, ...place }: Put) {
    const { status, text, headers } = await this.#ask(place, 'PUT', Body, {
      ...(ContentType && { 'content-type': ContentType }),
      ...(IfNoneMatch && { 'if-none-match': IfNoneMatch }),
    });
    if (status !== 200) throw refusal(status, text);
    return { VersionId: headers['x-amz-version-id'] };
  }
}

const refusal = (status: number, text: string): S3ServiceException => {
  const [, code = `status ${status}`] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  const [, message = code] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
  return new (code === 'NoSuchKey' ? NoSuchKey : S3ServiceException)(code, message, status);
};
