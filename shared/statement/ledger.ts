/**
 * A client's ledger: every statement that was issued to them, in order, each entry sealed with the hash of the one
 * before. Changing, dropping or inserting an entry breaks every hash after it.
 *
 * Units   money in minor units; instants in epoch ms; hashes SHA-256 in hexadecimal.
 */
import * as z from 'zod';
import { canonicalJson, type Sha256 } from '../contract/canonical.ts';
import { instantSchema } from '../measure/evidence.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const ledgerFactsSchema = z.strictObject({
  client: z.string(),
  period: z.string(),
  /** 1 for the first statement of a period. */
  revision: z.int().min(1),
  /** Of the statement's canonical JSON. */
  statementHash: hashSchema,
  planVersion: z.string(),
  currency: z.string(),
  /** What the period owes by this statement. */
  creditMinor: z.int(),
  /** What this entry changes: the whole credit at first, then the difference to the revision it supersedes. */
  differenceMinor: z.int(),
  issuedAt: instantSchema,
});
export type LedgerFacts = z.infer<typeof ledgerFactsSchema>;

export const ledgerEntrySchema = ledgerFactsSchema.extend({
  seq: z.int().min(1),
  /** Hash of the entry before; zeros for the first. */
  previous: hashSchema,
  hash: hashSchema,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** Where a ledger ends. */
export type LedgerHead = Pick<LedgerEntry, 'seq' | 'hash'>;

export const emptyLedger: LedgerHead = { seq: 0, hash: '0'.repeat(64) };

export const appended = (head: LedgerHead, facts: LedgerFacts, sha256: Sha256): LedgerEntry => {
  const sealed = { ...facts, seq: head.seq + 1, previous: head.hash };
  return { ...sealed, hash: sha256(canonicalJson(sealed)) };
};

/** The first entry that does not follow from the ones before it, or none where the chain holds. */
export const brokenAt = (entries: readonly LedgerEntry[], sha256: Sha256): LedgerEntry | undefined => {
  let head = emptyLedger;
  for (const entry of entries) {
    const { seq, previous, hash, ...facts } = entry;
    const due = appended(head, facts, sha256);
    if (due.seq !== seq || due.previous !== previous || due.hash !== hash) return entry;
    head = entry;
  }
  return undefined;
};
