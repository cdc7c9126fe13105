import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from './child.ts';

const oldest = { major: 3, minor: 10 }; // MiniStack's own floor
const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

export type FoundPython =
  | { readonly ok: true; readonly command: string }
  | { readonly ok: false; readonly why: string };

/** The first Python on PATH that is new enough and can make virtual environments. */
export const findPython = async (env: NodeJS.ProcessEnv): Promise<FoundPython> => {
  const seen: string[] = [];
  for (const command of candidates) {
    const script = 'import sys; print(*sys.version_info[:2]); import venv, ensurepip';
    const { status, tail } = await runChild(command, ['-c', script], { env });
    if (status === 127) continue; // no such program
    const [major = 0, minor = 0] = (tail[0] ?? '').split(' ').map(Number);
    const recent = major === oldest.major && minor >= oldest.minor;
    if (recent && status === 0) return { ok: true, command };
    if (recent)
      seen.push(`${command} is ${major}.${minor} but has no venv module (Debian, Ubuntu: apt install python3-venv)`);
    else if (major > 0) seen.push(`${command} is ${major}.${minor}`);
  }
  return { ok: false, why: seen.length === 0 ? 'no Python on PATH' : seen.join('; ') };
};

export interface VenvOptions {
  readonly python: string;
  /** A file of exact versions with hashes. */
  readonly requirements: string;
  /** The directory is named after the requirements' own hash, so a changed lock never meets an old environment. */
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** Makes, once, a virtual environment holding exactly what the lock names; returns its interpreter. */
export const makeVenv = async ({ python, requirements, cacheDir, env, log }: VenvOptions): Promise<string> => {
  const hash = createHash('sha256')
    .update(python)
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const dir = join(cacheDir, `python-${hash}`);
  const done = join(dir, 'complete');
  // Called as `python -m …`: the scripts beside it name the directory that they were made in, before the rename.
  const interpreter = join(dir, 'bin', 'python');
  if (existsSync(done)) return interpreter;
  await mkdir(cacheDir, { recursive: true });
  const mine = `${dir}.${process.pid}`; // two runs at once each make their own; the first to finish wins
  const must = async (what: string, command: string, args: readonly string[]): Promise<void> => {
    const { status, tail } = await runChild(command, args, { env, onLine: log });
    if (status === 0) return;
    await rm(mine, { recursive: true, force: true });
    throw new Error(`${what} failed (status ${status}):\n${tail.slice(-12).join('\n')}`);
  };
  await must('making a virtual environment', python, ['-m', 'venv', mine]);
  await must('installing the local AWS from PyPI', join(mine, 'bin', 'python'), [
    ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'],
    ...['--require-hashes', '--only-binary', ':all:', '-r', requirements],
  ]);
  await writeFile(join(mine, 'complete'), '');
  await rename(mine, dir).catch(() => rm(mine, { recursive: true, force: true }));
  return interpreter;
};
