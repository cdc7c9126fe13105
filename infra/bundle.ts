/** A function's code as it is deployed: ES modules with everything inside, and nothing that it does not load. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

const project = fileURLToPath(new URL('../', import.meta.url));

/**
 * Of undici, the client alone: 180 KB of 760. `Client` is the only name that is there, so whoever imports another learns
 * it from the build. undici's own switch leaves out its experimental parser; a body is never a form here, and a
 * processor without SIMD runs no Lambda.
 */
export const leanUndici = {
  alias: { undici: `${project}shared/adapters/sockets/undici-client.cjs` },
  define: { esbuildDetection: 'true' },
  external: ['../web/fetch/*', '../web/webidl', '../llhttp/llhttp-wasm.js'],
} satisfies BuildOptions;

/**
 * Functions that begin a minute, and that a cold start would delay: AWS's services over signed HTTP in the place of the
 * SDK's clients. All others have the SDK.
 */
const startsFast: readonly string[] = ['tick', 'probe', 'recheck'];
export const signed = Object.fromEntries(
  ['dynamodb', 's3', 'lambda'].map((service) => [
    `@aws-sdk/client-${service}`,
    `${project}shared/adapters/signed/${service}.ts`,
  ]),
);

/**
 * An ES import of one of Node's modules reads all that it exports, and so loads what `require` leaves for later: undici once
 * more for `http.WebSocket`, WebCrypto for `crypto.subtle`. That was a tenth of a cold start.
 */
const builtins = Object.fromEntries(
  ['http', 'crypto'].flatMap((name) =>
    [name, `node:${name}`].map((as) => [as, `${project}infra/builtins/${name}.cjs`]),
  ),
);

/**
 * The signer of those functions, built before them. It asks `@smithy/core` for nine small things; in one build with a client
 * of the SDK, which few rosters need and which is loaded later, it would bring 80 KB of that client's runtime to each start.
 */
const leanSigner = (): string => {
  const core = `${project}shared/adapters/signed/smithy-core.mjs`;
  const { outputFiles } = buildSync({
    absWorkingDir: project,
    stdin: { contents: `export * from '@smithy/signature-v4';`, resolveDir: project },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@smithy/core/client': core, '@smithy/core/protocols': core, '@smithy/core/serde': core },
    write: false,
  });
  const folder = `${project}node_modules/.cache/vigie`; // always the same: names of chunks come from their sources' paths too
  const file = `${folder}/signer.mjs`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, outputFiles[0]?.contents ?? '');
  renameSync(`${file}.${process.pid}`, file);
  return file;
};

/** Into a folder: `index.mjs`, and beside it what is imported only when it is needed. Returns what is in each file. */
export const bundle = (name: string, folder: string, build = '') =>
  buildSync({
    absWorkingDir: project,
    entryPoints: [`functions/${name}/index.ts`],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'part-[hash]',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true, // errors and metrics name classes
    metafile: true,
    ...leanUndici,
    alias: {
      ...leanUndici.alias,
      ...(startsFast.includes(name) && { ...signed, ...builtins, '@smithy/signature-v4': leanSigner() }),
    },
    // Packages that are still CommonJS inside ask for `require`, which an ES module has not. Its name is longer than any that
    // minifying gives: the minifier knows nothing of the banner.
    banner: {
      js: `/* Vigie ${build} */import{createRequire as vigieRequire}from'node:module';const require=vigieRequire(import.meta.url);`,
    },
  }).metafile;
