/** Secrets known for five minutes, and asked for once however many probes want them at the same time. */
import type { Reference, Secrets } from '../../probe/secrets.ts';

const knownMs = 5 * 60_000;
/** What cannot be read is not asked for by each of 960 checks; who mends it waits no longer than this. */
const refusedMs = 30_000;

interface Entry {
  readonly value: Promise<string>;
  until: number;
}

export const remembering = ({ read }: Secrets, now: () => number): Secrets => {
  const known = new Map<string, Entry>();
  return {
    read: (reference: Reference) => {
      const key = `${reference.kind} ${reference.name}`;
      const at = now();
      const found = known.get(key);
      if (found && at < found.until) return found.value;
      const entry: Entry = { value: read(reference), until: at + knownMs };
      known.set(key, entry);
      entry.value.catch(() => {
        entry.until = Math.min(entry.until, now() + refusedMs);
      });
      return entry.value;
    },
  };
};
