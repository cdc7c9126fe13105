/** Peers that Debian has as packages: installed where that can be done, and done without where it cannot. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Why it is not there, or nothing. */
export const missingPackage = (binary: string, name: string, progress: (line: string) => void): string | undefined => {
  if (existsSync(binary)) return undefined;
  if (!existsSync('/usr/bin/apt-get')) return `${name} is not installed, and this is not Debian`;
  if (process.getuid?.() !== 0) return `${name} is not installed; as root: apt-get install ${name}`;
  progress(`installing ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args: string[]) => spawnSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore' }).status === 0;
  const install = () => aptGet('install', '-y', '--no-install-recommends', name);
  const installed = install() || (aptGet('update') && install());
  return installed && existsSync(binary) ? undefined : `${name} could not be installed`;
};
