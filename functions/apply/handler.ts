import * as z from 'zod';
import { type Answer, type Question, questionSchema } from '../../shared/adapters/cloudformation/answer.ts';
import { type Sha256, versionOf } from '../../shared/contract/canonical.ts';
import { type Plan, planSchema } from '../../shared/contract/plan.ts';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import type { PlanPointer, PlanPointers } from '../../shared/contract/plan-pointer.ts';
import type { TopicPlan, TopicRegister, Topics } from '../../shared/outage/topics.ts';
import { offsetsOf, type Roster, rostersOf } from '../../shared/probe/roster.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import { type Log, told } from '../log.ts';

const sourceSchema = z.object({ bucket: z.string(), key: z.string() });

/** One resource for the life of a stack: a new id would make CloudFormation delete the old one, and every topic. */
const physicalId = 'vigie-plan';

export interface ApplyDeps {
  /** A compiled plan, wherever it was put. */
  readonly read: (source: z.infer<typeof sourceSchema>) => Promise<string | undefined>;
  readonly plans: PlanDocuments;
  readonly pointers: Pick<PlanPointers, 'current' | 'advance'>;
  readonly topics: Topics;
  readonly register: TopicRegister;
  /** That signs heartbeats' addresses; what is there already stays, or every job would have to call another one. */
  readonly makeBeatKey: () => Promise<void>;
  readonly answer: Answer;
  readonly sha256: Sha256;
  readonly now: () => EpochMs;
  readonly log: Log;
}

export interface Applied {
  readonly version: string;
  readonly seq: number;
  /** False when this plan was in force already; its topics were looked after all the same. */
  readonly changed: boolean;
  readonly clients: number;
  readonly endpoints: number;
  readonly subscribed: number;
  readonly unsubscribed: number;
  /** Addresses that have yet to confirm. */
  readonly pending: number;
  readonly topicsRemoved: number;
}

/**
 * Days that a client's topic outlives their place in the plan. Their last month is settled within 32 days, and a
 * statement that was held or corrected after that still finds them.
 */
const topicKeptDays = 93;

export const makeApply = (deps: ApplyDeps) => {
  const { read, plans, pointers, topics, register, makeBeatKey, answer, sha256, now, log } = deps;

  const planAt = async (source: z.infer<typeof sourceSchema>): Promise<Plan> => {
    const text = await read(source);
    if (text === undefined) throw new Error(`there is no plan at s3://${source.bucket}/${source.key}`);
    return planSchema.parse(JSON.parse(text));
  };

  /** Other people may subscribe to the provider's topic too: only what an earlier plan asked for is taken away. */
  const topicPlansOf = async (plan: Plan, before: PlanPointer | undefined): Promise<TopicPlan[]> => {
    const earlier = before && (await plans.plan(before.version).catch(() => undefined)); // an older Vigie's may not decode
    return [
      { topic: 'ops', subscriptions: plan.onCall, unwanted: earlier?.onCall ?? [] },
      ...plan.clients.map(
        ({ id, notify }): TopicPlan => ({
          topic: `client/${id}`,
          subscriptions: notify,
          unwanted: 'everything-else',
        }),
      ),
    ];
  };

  const keepTopics = async (wanted: readonly TopicPlan[]) => {
    const sum = { subscribed: 0, unsubscribed: 0, pending: 0 };
    const failures: string[] = [];
    for (const topicPlan of wanted) {
      const { topic } = topicPlan;
      try {
        if (topic !== 'ops') await register.note(topic.slice('client/'.length));
        const changes = await topics.keep(topicPlan);
        sum.subscribed += changes.subscribed;
        sum.unsubscribed += changes.unsubscribed;
        sum.pending += changes.pending;
      } catch (error) {
        failures.push(`${topic}: ${told(error).message}`); // all of them are told at once
      }
    }
    if (failures.length > 0) throw new Error(`the plan was not put into force: ${failures.join('; ')}`);
    return sum;
  };

  const removeTopics = async (clients: readonly string[]): Promise<number> => {
    for (const client of clients) {
      await topics.remove(client);
      await register.forget(client);
    }
    return clients.length;
  };

  /** Who left is still owed their last statement, and told of it: the topic goes when a later plan is applied. */
  const removeTopicsOfLeft = async (wanted: ReadonlySet<string>): Promise<number> => {
    const left = (await register.all()).filter(({ client }) => !wanted.has(client));
    for (const { client, leftAt } of left) if (leftAt === undefined) await register.leave(client, now());
    const over = left.filter(({ leftAt }) => leftAt !== undefined && now() - leftAt > topicKeptDays * dayMs);
    return removeTopics(over.map(({ client }) => client));
  };

  const pointTo = async (
    version: string,
    rosters: readonly Roster[],
    before: PlanPointer | undefined,
  ): Promise<number> => {
    if (before?.version === version) return before.seq;
    const next = {
      seq: (before?.seq ?? 0) + 1,
      version,
      rosters: rosters.map((roster) => ({ places: roster.places, offsetsMs: offsetsOf(roster) })),
      appliedAt: now(),
    };
    if (await pointers.advance(next)) return next.seq;
    const winner = await pointers.current();
    if (winner?.version === version) return winner.seq;
    throw new Error(`another plan, ${winner?.version}, was put into force meanwhile; apply yours again`);
  };

  /** The key, documents, topics, then the pointer, in one step: until then, what was in force is in force. */
  const apply = async (source: z.infer<typeof sourceSchema>): Promise<Applied> => {
    const plan = await planAt(source);
    const version = versionOf(plan, sha256);
    const rosters = rostersOf(plan);
    const before = await pointers.current();
    const wanted = await topicPlansOf(plan, before);
    const problems = wanted.flatMap((topicPlan) => topics.problems(topicPlan));
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    await makeBeatKey();
    await plans.save(version, plan, rosters);
    const changes = await keepTopics(wanted);
    const seq = await pointTo(version, rosters, before);
    const topicsRemoved = await removeTopicsOfLeft(new Set(plan.clients.map(({ id }) => id)));
    const applied = {
      ...{ version, seq, changed: before?.version !== version, clients: plan.clients.length },
      endpoints: rosters.reduce((sum, { slots }) => sum + slots.length, 0),
      ...changes,
      topicsRemoved,
    };
    log.info('plan applied', applied);
    return applied;
  };

  const handleQuestion = async (question: Question): Promise<void> => {
    try {
      if (question.RequestType === 'Delete') {
        await removeTopics((await register.all()).map(({ client }) => client));
        await answer(question, physicalId, { ok: true, data: {} });
        return;
      }
      const { version, seq } = await apply(sourceSchema.parse(question.ResourceProperties));
      await answer(question, physicalId, { ok: true, data: { version, seq: String(seq) } });
    } catch (error) {
      log.error('plan not applied', told(error)); // CloudFormation tells the engineer, and rolls back
      await answer(question, physicalId, { ok: false, reason: told(error).message });
    }
  };

  /** Asked by CloudFormation, or by hand with `{bucket, key}`. */
  return async (event: unknown): Promise<Applied | undefined> => {
    const question = questionSchema.safeParse(event);
    if (!question.success) return apply(sourceSchema.parse(event));
    await handleQuestion(question.data);
    return undefined;
  };
};
