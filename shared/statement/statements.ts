/** Where statements are kept: a record for each revision, the ledger beside it, the documents by reference. */
import * as z from 'zod';
import { instantSchema } from '../measure/evidence.ts';
import type { Message } from '../outage/message.ts';
import type { EpochMs } from '../time/span.ts';
import { pastSettlementSchema } from './history.ts';
import type { LedgerEntry, LedgerHead } from './ledger.ts';

/** A document, and the very version of it: a bucket keeps every one. */
export const documentRefSchema = z.strictObject({ key: z.string(), versionId: z.string().optional() });
export type DocumentRef = z.infer<typeof documentRefSchema>;

export const statementRecordSchema = z.strictObject({
  client: z.string(),
  period: z.string(),
  revision: z.int().min(1),
  /** `held`: stored for a human, entered in no ledger, sent to no client. Its revision is the one it would have been. */
  status: z.enum(['issued', 'held']),
  /** Of everything that it was computed from. */
  inputsHash: z.string(),
  /** Of what it says, without where that came from. */
  figuresHash: z.string(),
  /** Of the whole document. */
  statementHash: z.string(),
  planVersion: z.string(),
  currency: z.string(),
  creditMinor: z.int(),
  settledAt: instantSchema,
  documents: z.strictObject({ json: documentRefSchema, html: documentRefSchema }),
  /** What later periods look back at. */
  past: pastSettlementSchema,
});
export type StatementRecord = z.infer<typeof statementRecordSchema>;

export interface Statements {
  /** Issued ones of one period, the first revision first. */
  revisions(client: string, period: string): Promise<StatementRecord[]>;
  /** Held ones of one period. */
  held(client: string, period: string): Promise<StatementRecord[]>;
  /** Issued ones of every period, in order; the last revision of a period is the one that holds. */
  issued(client: string): Promise<StatementRecord[]>;
  ledgerHead(client: string): Promise<LedgerHead>;
  ledger(client: string): Promise<LedgerEntry[]>;
  /**
   * A revision, its ledger entry (none for a held one) and its messages, all or nothing. False when somebody was
   * faster: this revision is there, or the ledger has grown.
   */
  enter(record: StatementRecord, entry: LedgerEntry | undefined, messages: readonly Message[]): Promise<boolean>;
}

/** How one client's settlement ended, for whoever closes the run. */
export const outcomes = ['issued', 'revised', 'held', 'unchanged', 'inputs-changed', 'not-ended', 'not-live'] as const;
export type SettlementOutcome = (typeof outcomes)[number];

export interface ClientOutcome {
  readonly client: string;
  readonly outcome: SettlementOutcome;
  readonly revision?: number | undefined;
  readonly creditMinor?: number | undefined;
  readonly currency?: string | undefined;
}

/** Of one run of a period's settlement. */
export interface SettlementRuns {
  note(run: { readonly period: string; readonly run: string }, outcome: ClientOutcome, at: EpochMs): Promise<void>;
  outcomes(run: { readonly period: string; readonly run: string }): Promise<ClientOutcome[]>;
  /** A run over all clients of the period came to its end, whatever became of each. */
  close(period: string, at: EpochMs): Promise<void>;
  closed(period: string): Promise<boolean>;
}
