/** Topics of clients and who is subscribed to them. They are made by applying a plan, not by deploying a stack. */
import type { Subscription } from '../contract/plan.ts';
import type { EpochMs } from '../time/span.ts';
import type { Message } from './message.ts';

export interface TopicPlan {
  /** `ops`, or `client/<id>`. */
  readonly topic: Message['topic'];
  readonly subscriptions: readonly Subscription[];
  /**
   * What is not wanted any more: everything else, on a topic that is ours alone; or only these, on one to which others
   * subscribe too.
   */
  readonly unwanted: 'everything-else' | readonly Pick<Subscription, 'protocol' | 'endpoint'>[];
}

export interface TopicChanges {
  readonly subscribed: number;
  readonly unsubscribed: number;
  /** Addresses that have not confirmed yet: they are told nothing, and a new filter reaches them once they have. */
  readonly pending: number;
}

export interface Topics {
  /** What SNS would refuse, as sentences; none where all of it fits. Changes nothing. */
  problems(plan: TopicPlan): readonly string[];
  /** Makes it so. Done again, it changes nothing. */
  keep(plan: TopicPlan): Promise<TopicChanges>;
  /** Removes a client's topic and its subscriptions; no matter if it is gone already. */
  remove(client: string): Promise<void>;
}

export interface TopicNote {
  readonly client: string;
  /** When a plan without them was first applied; absent while the plan holds them. */
  readonly leftAt?: EpochMs;
}

/** The clients that have a topic of ours. Noted before a topic is made, forgotten after it is removed. */
export interface TopicRegister {
  all(): Promise<TopicNote[]>;
  /** The plan holds them, for the first time or again. */
  note(client: string): Promise<void>;
  /** The plan holds them no more. */
  leave(client: string, at: EpochMs): Promise<void>;
  forget(client: string): Promise<void>;
}
