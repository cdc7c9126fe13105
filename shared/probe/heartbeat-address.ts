/**
 * `<url>/<caller>/<signature>`, and `/fail` after it to report a failure. The caller is `<client>/<service>/<endpoint>`, with the
 * generation of its address behind it from the second one on.
 */
import type { HeartbeatCheck } from './check.ts';
import { idPattern as id } from './id.ts';

const later = '[2-9]|[1-9][0-9]{1,2}'; // up to `mostGeneration`
const path = new RegExp(`^/(${id}/${id}/${id}(?:/(?:${later}))?)/([A-Za-z0-9_-]{43})(/fail)?/?$`); // 32 bytes in base64url

export interface BeatCall {
  readonly caller: string;
  readonly signature: string;
  readonly failed: boolean;
}

/** None where a path is no beat's, whoever signed it. */
export const readBeatPath = (text: string): BeatCall | undefined => {
  const [, caller, signature, fail] = path.exec(text) ?? [];
  return caller === undefined || signature === undefined
    ? undefined
    : { caller, signature, failed: fail !== undefined };
};

export const beatAddress = (url: string, caller: string, signature: string): string =>
  `${url.replace(/\/$/, '')}/${caller}/${signature}`;

/** Who calls for a check: what is signed, and what its newest call is kept under. */
export const callerOf = ({ id, generation = 1 }: Pick<HeartbeatCheck, 'id' | 'generation'>): string =>
  generation === 1 ? id : `${id}/${generation}`;
