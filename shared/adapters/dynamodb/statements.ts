import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { emptyLedger, type LedgerEntry, ledgerEntrySchema } from '../../statement/ledger.ts';
import {
  type ClientOutcome,
  outcomes,
  type SettlementRuns,
  type StatementRecord,
  type Statements,
  statementRecordSchema,
} from '../../statement/statements.ts';
import { outboxPut } from './outbox.ts';
import { absent, openTable, type Put } from './table.ts';

const headSchema = z.object({ seq: z.int(), hash: z.string() });
const recordItemSchema = z.object(statementRecordSchema.shape);
const entryItemSchema = z.object(ledgerEntrySchema.shape);

const clientPk = (client: string): string => `CLIENT#${client}`;
const ledgerPk = (client: string): string => `LEDGER#${client}`;
const prefix = 'STATEMENT#';
const head = 'HEAD';

const recordPut = (record: StatementRecord): Put => ({
  put: {
    pk: clientPk(record.client),
    sk: `${prefix}${record.period}#${String(record.revision).padStart(4, '0')}`,
    ...record,
  },
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
    revisions: (owner, period) => recordsUnder(owner, `${prefix}${period}#`),
    all: (owner) => recordsUnder(owner, prefix),
    ledgerHead: async (owner) => {
      const item = await records.get({ pk: ledgerPk(owner), sk: head });
      return item === undefined ? emptyLedger : headSchema.parse(item);
    },
    ledger: async (owner) => {
      const items = await records.query({ pk: ledgerPk(owner), sk: { from: '0', to: '99999999' } });
      return items.map((item) => entryItemSchema.parse(item));
    },
    enter: async (record, entry, messages) => {
      const told = messages.map((message) => outboxPut(message, record.settledAt));
      const failed = await records.transact([recordPut(record), ...(entry ? ledgerPuts(entry) : []), ...told]);
      return failed.length === 0;
    },
  };
};

/** A run's outcomes are for whoever closes it, and for questions until the same month comes round. */
const keptDays = 400;

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
    outcomes: async (run) => (await records.query({ pk: pkOf(run) })).map((item) => outcomeItemSchema.parse(item)),
  };
};
