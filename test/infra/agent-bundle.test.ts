/** The agent as it is installed: one file, run as a person runs it. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'vigie-agent-bundle-'));
const file = join(folder, 'vigie-agent.mjs');
beforeAll(() => void execFileSync(process.execPath, ['packaging/bundle-agent.ts', file]));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: unknown;
  readonly said: string;
}
/** With no AWS keys to be found anywhere. */
const agent = (args: readonly string[], node: readonly string[] = []): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };
    execFile(process.execPath, [...node, file, ...args], { env, cwd: folder }, (error, _, said) =>
      resolve({ code: error ? error.code : 0, said }),
    );
  });

const once = ['--place', 'agence-lyon', '--region', 'eu-west-3', '--once'];

describe('the bundle of the agent', () => {
  test('says what it wants of Node where that is too old', async () => {
    const older = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})";
    const { code, said } = await agent(['--help'], ['--import', `data:text/javascript,${encodeURIComponent(older)}`]);
    expect({ code, said }).toEqual({
      code: 2,
      said: `vigie-agent: wants Node 24 or newer, this is ${process.version}\n`,
    });
  });

  test('asks no module of Node for a name that Node 20 has not, else that would be all it says', () => {
    const named = [...readFileSync(file, 'utf8').matchAll(/import\{([^}]*)\}from"(?:node:)?zlib"/g)].join();
    expect(named).not.toMatch(/zstd/i);
  });

  test('says in two lines that it has no keys, and that this is no fault of the code', async () => {
    const { code, said } = await agent([...once, '--spool', join(folder, 'spool')]);
    expect(code).toBe(3);
    expect(said.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^vigie-agent: no plan is known: CredentialsProviderError: /),
      expect.stringContaining('Asked for stack Vigie in eu-west-3.'),
    ]);
  });

  test('says that it cannot write where it should keep its samples', async () => {
    const { code, said } = await agent([...once, '--spool', join(file, 'spool')]);
    expect(code).toBe(1);
    expect(said).toMatch(/^vigie-agent: cannot write to .*ENOTDIR.*\n {2}Name another folder with --spool.\n$/);
  });
});
