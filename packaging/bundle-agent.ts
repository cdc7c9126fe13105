/** `npm run build:agent`: the agent and all that it needs in one file, `dist/vigie-agent.mjs`, for any Node 24. */
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { leanUndici } from '../infra/bundle.ts';

const project = fileURLToPath(new URL('../', import.meta.url));
const outfile = `${project}dist/vigie-agent.mjs`;

const { metafile } = await build({
  ...{ absWorkingDir: project, entryPoints: ['cli/agent.ts'], outfile, metafile: true },
  ...{ bundle: true, platform: 'node', target: 'node24', format: 'esm', mainFields: ['module', 'main'] },
  ...{ minify: true, keepNames: true, ...leanUndici },
  // Packages that are still CommonJS inside ask for `require`, which an ES module has not.
  banner: { js: "import{createRequire as vigieRequire}from'node:module';const require=vigieRequire(import.meta.url);" },
});
chmodSync(outfile, 0o755);
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/vigie-agent.mjs, ${Math.round(bytes / 1_000)} kB\n`);
