/** A body as text: what came encoded although nobody asked for that is read too, and never more of it than the limit. */
import { Buffer } from 'node:buffer';
// Whole, because a Node without Zstandard could not even load a name of it, and the agent would not say that it is too old.
import * as zlib from 'node:zlib';
import { down, ProbeFailure } from './failure.ts';

// Cut at the limit on its way here, a body ends in the middle of its encoding, and is read up to there.
const gzip = { finishFlush: zlib.constants.Z_SYNC_FLUSH };

const decoders = {
  gzip: () => zlib.createGunzip(gzip),
  'x-gzip': () => zlib.createGunzip(gzip),
  deflate: () => zlib.createInflate(gzip),
  br: () => zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  zstd: () =>
    zlib.createZstdDecompress({
      finishFlush: zlib.constants.ZSTD_e_flush,
      // RFC 9659: 8 MB for the web. Left to itself the decoder takes the 128 MB that a frame of some bytes may ask for.
      params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 },
    }),
} as const;

const isDecoder = (name: string): name is keyof typeof decoders => Object.hasOwn(decoders, name);

export interface Text {
  readonly text: string;
  /** Whether more followed than was read. */
  readonly cut: boolean;
}

/** Errors: a body that is not encoded as it says is the endpoint's fault. */
export const textOf = async (
  body: readonly Buffer[],
  cut: boolean,
  encoding: string | undefined,
  mostBytes: number,
): Promise<Text> => {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return asText(body, cut, mostBytes);
  if (!isDecoder(name)) throw new ProbeFailure(down('content', `the body is encoded as ${name.slice(0, 40)}`));
  return asText(await decoded(body, name, mostBytes), cut, mostBytes);
};

const asText = (chunks: readonly Buffer[], cut: boolean, mostBytes: number): Text => {
  const bytes = Buffer.concat(chunks);
  const over = bytes.length > mostBytes;
  // A character that the limit cuts in two is no character.
  return {
    text: new TextDecoder().decode(over ? bytes.subarray(0, mostBytes) : bytes, { stream: over || cut }),
    cut: over || cut,
  };
};

/** Ends as soon as it has more than the limit, whatever is left to unpack. */
const decoded = (body: readonly Buffer[], name: keyof typeof decoders, mostBytes: number): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    const decoder = decoders[name]();
    const chunks: Buffer[] = [];
    let bytes = 0;
    const enough = (): void => {
      resolve(chunks);
      decoder.destroy();
    };
    decoder
      .on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > mostBytes) enough();
      })
      .once('end', enough)
      .once('error', (error) => reject(new ProbeFailure(down('content', `the body is not ${name}: ${error.message}`))));
    decoder.end(Buffer.concat(body));
  });
