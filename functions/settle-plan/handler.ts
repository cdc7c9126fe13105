import * as z from 'zod';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { Documents } from '../../shared/statement/documents.ts';
import { clientsDue, periodEnded, plansOf, versionsFor } from '../../shared/statement/due.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import type { SettleEvent } from '../settle/handler.ts';

const periodSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const requestSchema = z.object({
  /** The month; the one that ended last where absent. */
  period: periodSchema.optional(),
  /** Only these; all that were live where absent. */
  clients: z.array(z.string()).optional(),
  /** Corrects statements that were issued, where what they were computed from has changed since. */
  revise: z.boolean().optional(),
});

/** What the state machine carries: a key, because a list of clients may pass Step Functions' 256 KiB. */
export const settlementRunSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  period: periodSchema,
  run: z.string(),
  /** Over all clients that are due, not over some that were named. */
  whole: z.boolean().default(false),
});
export type SettlementRun = z.infer<typeof settlementRunSchema>;

export interface SettlePlanDeps {
  readonly pointers: Pick<PlanPointers, 'history'>;
  readonly plans: Pick<PlanDocuments, 'plan'>;
  readonly documents: Pick<Documents, 'put'>;
  readonly bucket: string;
  readonly now: () => EpochMs;
}

export const makeSettlePlan =
  ({ pointers, plans, documents, bucket, now }: SettlePlanDeps) =>
  async (event: unknown): Promise<SettlementRun> => {
    const { period = periodEnded(now()), clients, revise } = requestSchema.parse(event ?? {});
    const history = await pointers.history();
    const versions = [...new Set(plansOf(period, history).map(({ version }) => version))];
    const held = await Promise.all(versions.map(async (version) => ({ version, plan: await plans.plan(version) })));
    const due = clientsDue(period, held).filter(({ client }) => clients?.includes(client) ?? true);
    const missing = clients?.filter((id) => !due.some(({ client }) => client === id)) ?? [];
    if (missing.length > 0) throw new Error(`no contract was live in ${period} for: ${missing.join(', ')}`);
    const run = new Date(now()).toISOString().replace(/[-:]/g, '');
    const items = due.map(
      ({ client, version, plan }): SettleEvent => ({
        ...{ client, version, period, run, versions: versionsFor(plan, period, history) },
        ...(revise && { revise }),
      }),
    );
    const { key } = await documents.put(`settlements/${period}/${run}/clients.json`, JSON.stringify(items), 'json');
    return { bucket, key, period, run, whole: clients === undefined };
  };
