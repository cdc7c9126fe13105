/**
 * One text for one value: keys sorted, nothing between, fields that are undefined left out. What has the same text has
 * the same hash, whoever wrote it and in whatever order.
 */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** SHA-256 in lower-case hexadecimal. */
export type Sha256 = (text: string) => string;

/** Names a plan by what it says: the first 16 hexadecimal digits of the hash of its canonical JSON. */
export const versionOf = (plan: unknown, sha256: Sha256): string => sha256(canonicalJson(plan)).slice(0, 16);
