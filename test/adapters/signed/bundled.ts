/** The adapters as a function has them that starts fast: bundled with signed HTTP in the place of the SDK's clients. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { signed } from '../../../infra/bundle.ts';

/** What `code` exports. Relative imports are from the root of the repository. */
export const bundledModule = async (code: string): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-signed-'));
  const file = join(folder, 'bundled.mjs');
  try {
    const { metafile } = await build({
      stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
      ...{ outfile: file, bundle: true, platform: 'node', format: 'esm', metafile: true, alias: signed },
      mainFields: ['module', 'main'],
    });
    const sdk = Object.keys(metafile.inputs).filter((name) => /@aws-sdk\/client-/.test(name));
    if (sdk.length > 0) throw new Error(`the SDK's clients are in it: ${sdk[0]}`);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
};
