/** `<url>/<client>/<service>/<endpoint>/<signature>`, and `/fail` after it to report a failure. */
import { idPattern as id } from './id.ts';

const path = new RegExp(`^/(${id}/${id}/${id})/([A-Za-z0-9_-]{43})(/fail)?/?$`); // 32 bytes in base64url

export interface BeatCall {
  readonly endpoint: string;
  readonly signature: string;
  readonly failed: boolean;
}

/** None where a path is no beat's, whoever signed it. */
export const readBeatPath = (text: string): BeatCall | undefined => {
  const [, endpoint, signature, fail] = path.exec(text) ?? [];
  return endpoint === undefined || signature === undefined
    ? undefined
    : { endpoint, signature, failed: fail !== undefined };
};

export const beatAddress = (url: string, endpoint: string, signature: string): string =>
  `${url.replace(/\/$/, '')}/${endpoint}/${signature}`;
