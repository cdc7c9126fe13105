import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { Outbox } from '../../shared/outage/outbox.ts';
import type { Documents } from '../../shared/statement/documents.ts';
import { leftOver, runNotice } from '../../shared/statement/run-notice.ts';
import type { SettlementRuns } from '../../shared/statement/statements.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import { settlementRunSchema } from '../settle-plan/handler.ts';

const itemsSchema = z.array(z.object({ client: z.string() }));

export interface SettleCloseDeps {
  readonly pointers: Pick<PlanPointers, 'current'>;
  readonly plans: Pick<PlanDocuments, 'plan'>;
  readonly documents: Pick<Documents, 'get'>;
  readonly settlementRuns: Pick<SettlementRuns, 'outcomes' | 'close'>;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly now: () => EpochMs;
}

export interface Closed {
  readonly period: string;
  readonly run: string;
  readonly clients: number;
  /** Clients that somebody must look at. */
  readonly leftOver: number;
}

export const makeSettleClose =
  ({ pointers, plans, documents, settlementRuns, outbox, now }: SettleCloseDeps) =>
  async (event: unknown): Promise<Closed> => {
    const { key, period, run, whole } = settlementRunSchema.parse(event);
    const text = await documents.get({ key });
    const pointer = await pointers.current();
    if (text === undefined || !pointer) throw new Error(`there is no settlement run ${key}`);
    const clients = itemsSchema.parse(JSON.parse(text)).map(({ client }) => client);
    const summary = { period, run, clients, outcomes: await settlementRuns.outcomes({ period, run }) };
    const { provider } = await plans.plan(pointer.version);
    await outbox.add(runNotice(summary, provider.language), now());
    if (whole) await settlementRuns.close(period, now());
    return { period, run, clients: clients.length, leftOver: leftOver(summary) };
  };
