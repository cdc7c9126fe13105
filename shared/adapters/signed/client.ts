/**
 * AWS's services over signed HTTP, as far as the functions that start cold beside an endpoint's deadline need them: the
 * SDK's clients are two thirds of the code that such a function would load, and more of its start.
 *
 * `infra/bundle.ts` puts the modules of this folder in the place of the SDK's for those functions alone; everything else
 * keeps the SDK. Each carries the names that it stands in for, and the stores' contract runs against both.
 *
 * Signs      with AWS's own `@smithy/signature-v4`.
 * Reads      region, credentials and endpoints from the environment of a Lambda; no profile, no metadata service.
 * Retries    what may pass (network, 429, 5xx, throttling), three attempts in all, as the SDK does.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';

export interface ClientConfig {
  readonly region?: string;
  readonly endpoint?: string;
}

export interface Asked {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** What a service refused, under the name that it gives it. */
export class ServiceException extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status };
  }
}

/** Source: `@smithy/types`, `Hash`: what the signer asks of a digest. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('a digest is made once');
  }
}

const bytesOf = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

const exchange = (origin: URL, { method, path, query, body }: Asked, headers: Record<string, string>) =>
  new Promise<Answered>((resolve, reject) => {
    const secure = origin.protocol === 'https:';
    const search = new URLSearchParams(query).toString();
    const request = (secure ? httpsRequest : httpRequest)(
      {
        agent: agents[secure ? 'https:' : 'http:'],
        hostname: origin.hostname,
        port: origin.port || undefined,
        ...{ method, path: search ? `${path}?${search}` : path, headers },
        signal: AbortSignal.timeout(attemptMs),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(told), text });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

const attempts = 3;
/** A service that says nothing for so long is asked again; AWS answers in tens of milliseconds. */
const attemptMs = 10_000;
const mayPass = (status: number, text: string): boolean =>
  status === 429 || status >= 500 || (status === 400 && /Throttl|ProvisionedThroughputExceeded/.test(text));

const credentials = async () => {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
};

const regionOf = ({ region }: ClientConfig): string => region ?? process.env.AWS_REGION ?? 'us-east-1';

/** As much of the SDK's configuration as recording a call takes. */
export const told = (config: ClientConfig) => ({ region: async () => regionOf(config) });

/** Of one service in one region. `host`: where it is, unless the environment names another endpoint. */
export const openService = (service: string, host: (region: string) => string, config: ClientConfig) => {
  const region = regionOf(config);
  const given =
    config.endpoint ?? process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? process.env.AWS_ENDPOINT_URL;
  const origin = new URL(given ?? `https://${host(region)}`);
  const signer = new SignatureV4({
    ...{ service, region, credentials, sha256: Sha256 },
    uriEscapePath: service !== 's3', // S3 signs the path as it is sent, everybody else once more encoded
  });
  const once = async (asked: Asked): Promise<Answered> => {
    const { method, path, query = {}, body } = asked;
    const { headers } = await signer.sign({
      ...{ method, protocol: origin.protocol, hostname: origin.hostname, path, query, body },
      ...(origin.port && { port: Number(origin.port) }),
      headers: { ...asked.headers, host: origin.host, 'content-length': String(Buffer.byteLength(body)) },
    });
    return exchange(origin, asked, headers);
  };
  const ask = async (asked: Asked): Promise<Answered> => {
    for (let attempt = 1; ; attempt++) {
      const answered = await once(asked).catch((error: unknown) => {
        if (attempt === attempts) throw error;
        return undefined; // a connection that the frozen process lost is the usual one
      });
      if (answered && (attempt === attempts || !mayPass(answered.status, answered.text))) return answered;
      await sleep(Math.random() * 50 * 2 ** attempt);
    }
  };
  return { ask, isLocal: given !== undefined };
};

type Middleware = (
  next: (args: { input: object }) => Promise<unknown>,
  context: { commandName: string; clientName: string },
) => (args: { input: object }) => Promise<unknown>;

/** As much of the SDK's middleware as recording a call takes. */
export const openStack = (clientName: string) => {
  const added: Middleware[] = [];
  return {
    add: (middleware: Middleware): void => void added.push(middleware),
    run: (commandName: string, input: object, last: (args: { input: object }) => Promise<unknown>): Promise<unknown> =>
      added.reduce((next, middleware) => middleware(next, { commandName, clientName }), last)({ input }),
  };
};
