import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSpool, type SpoolOptions } from '../../agent/spool.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { listening } from './given.ts';

/** A folder that is gone after the test. */
export const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-agent-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

export const aSpool = (folder: string, over: Partial<SpoolOptions> = {}) =>
  openSpool({ folder, place: 'agence-lyon', mostBytes: 1_000_000, sha256, log: listening(), ...over });
