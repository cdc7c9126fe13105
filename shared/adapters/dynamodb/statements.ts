import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { emptyLedger, type LedgerEntry, ledgerEntrySchema } from '../../statement/ledger.ts';
import {
  type ClientOutcome,
  outcomes,
  type SettlementRuns,
  type StatementRecord,
  type Statements,
  statementRecordSchema,
} from '../../statement/statements.ts';
import { outboxPut, transactTelling } from './outbox.ts';
import { absent, openTable, type Put } from './table.ts';

const headSchema = z.object({ seq: z.int(), hash: z.string() });
const recordItemSchema = z.object(statementRecordSchema.shape);
const entryItemSchema = z.object(ledgerEntrySchema.shape);

const clientPk = (client: string): string => `CLIENT#${client}`;
const ledgerPk = (client: string): string => `LEDGER#${client}`;
const prefixes = { issued: 'STATEMENT#', held: 'HELD#' } as const;
const head = 'HEAD';

/** Revisions are numbered; a held one is none yet, and has the name of what it says. */
const recordSk = ({ status, period, revision, figuresHash }: StatementRecord): string =>
  `${prefixes[status]}${period}#${status === 'held' ? figuresHash.slice(0, 16) : String(revision).padStart(4, '0')}`;

const recordPut = (record: StatementRecord): Put => ({
  put: { pk: clientPk(record.client), sk: recordSk(record), ...record },
  when: absent,
});

const ledgerPuts = (entry: LedgerEntry): Put[] => [
  {
    put: { pk: ledgerPk(entry.client), sk: head, seq: entry.seq, hash: entry.hash },
    when: entry.seq === 1 ? absent : { expression: '#hash = :previous', values: { ':previous': entry.previous } },
  },
  { put: { pk: ledgerPk(entry.client), sk: String(entry.seq).padStart(8, '0'), ...entry }, when: absent },
];

export const openStatements = (client: DynamoDBClient, table: string): Statements => {
  const records = openTable(client, table);
  const recordsUnder = async (owner: string, sk: string): Promise<StatementRecord[]> => {
    const items = await records.query({ pk: clientPk(owner), sk: { prefix: sk } });
    return items.map((item) => recordItemSchema.parse(item));
  };
  return {
    revisions: (owner, period) => recordsUnder(owner, `${prefixes.issued}${period}#`),
    held: (owner, period) => recordsUnder(owner, `${prefixes.held}${period}#`),
    issued: (owner) => recordsUnder(owner, prefixes.issued),
    ledgerHead: async (owner) => {
      const item = await records.get({ pk: ledgerPk(owner), sk: head });
      return item === undefined ? emptyLedger : headSchema.parse(item);
    },
    ledger: async (owner) => {
      const items = await records.query({ pk: ledgerPk(owner), sk: { from: '0', to: '99999999' } });
      return items.map((item) => entryItemSchema.parse(item));
    },
    enter: (record, entry, messages) =>
      transactTelling(
        records,
        [recordPut(record), ...(entry ? ledgerPuts(entry) : [])],
        messages.map((message) => outboxPut(message, record.settledAt)),
      ),
  };
};

/** A run's outcomes are for whoever closes it, and for questions until the same month comes round. */
const keptDays = 400;

/** Periods that were settled for every client. */
const settledPk = 'SETTLED';

const outcomeItemSchema: z.ZodType<ClientOutcome> = z.object({
  client: z.string(),
  outcome: z.enum(outcomes),
  revision: z.int().optional(),
  creditMinor: z.int().optional(),
  currency: z.string().optional(),
});

export const openSettlementRuns = (client: DynamoDBClient, table: string): SettlementRuns => {
  const records = openTable(client, table);
  const pkOf = ({ period, run }: { readonly period: string; readonly run: string }) => `SETTLEMENT#${period}#${run}`;
  return {
    note: async (run, outcome, at) => {
      const expires = Math.ceil(at / 1_000) + keptDays * 86_400;
      await records.write({ put: { pk: pkOf(run), sk: outcome.client, ...outcome, expires } });
    },
    close: async (period, at) => {
      await records.write({ put: { pk: settledPk, sk: period, at } });
    },
    closed: async (period) => (await records.get({ pk: settledPk, sk: period })) !== undefined,
    outcomes: async (run) => (await records.query({ pk: pkOf(run) })).map((item) => outcomeItemSchema.parse(item)),
  };
};
