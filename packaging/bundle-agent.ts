/** `npm run build:agent`: the agent and all that it needs in one file, `dist/vigie-agent.mjs` or the one named, for any Node 24. */
import { chmodSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { leanUndici } from '../infra/bundle.ts';

const project = fileURLToPath(new URL('../', import.meta.url));
const outfile = process.argv[2] ?? `${project}dist/vigie-agent.mjs`;

/** An older Node says it in a sentence, instead of an error out of a page of minified code. */
const wantsNode24 =
  "if(parseInt(process.versions.node)<24){console.error('vigie-agent: wants Node 24 or newer, this is '+process.version);process.exit(2)}";

const { metafile } = await build({
  ...{ absWorkingDir: project, entryPoints: ['cli/agent.ts'], outfile, metafile: true },
  ...{ bundle: true, platform: 'node', target: 'node24', format: 'esm', mainFields: ['module', 'main'] },
  ...{ minify: true, keepNames: true, ...leanUndici },
  // Packages that are still CommonJS inside ask for `require`, which an ES module has not.
  banner: {
    js: `import{createRequire as vigieRequire}from'node:module';${wantsNode24}const require=vigieRequire(import.meta.url);`,
  },
});
chmodSync(outfile, 0o755);
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`${relative(process.cwd(), outfile)}, ${Math.round(bytes / 1_000)} kB\n`);
