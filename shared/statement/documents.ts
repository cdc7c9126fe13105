/** Documents as text under keys, in a store that keeps every version. */
import type { DocumentRef } from './statements.ts';

export const contentTypes = {
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
} as const;
export type ContentType = keyof typeof contentTypes;

export interface Documents {
  /** A new version where there was one. */
  put(key: string, text: string, type: ContentType): Promise<DocumentRef>;
  /** Leaves what is there as it is. */
  putOnce(key: string, text: string, type: ContentType): Promise<void>;
  /** Exactly that version, or the newest where none is named. None where there is no such document. */
  get(ref: DocumentRef): Promise<string | undefined>;
}

/** `edition`: `r1`, `r2`, or `held`. */
export const statementKey = (client: string, period: string, edition: string, type: ContentType): string =>
  `statements/${client}/${period}/${edition}/statement.${type}`;
