/** Messages on their way out. Writing one is part of the transaction that makes it true; sending comes after. */
import type { EpochMs } from '../time/span.ts';
import type { Message } from './message.ts';

export interface OutboxEntry {
  readonly message: Message;
  readonly createdAt: EpochMs;
}

/** Why a message will never be sent. */
export type Undeliverable = 'no-topic';

export interface Outbox {
  /** False when the same message to the same topic was there already, sent or not. */
  add(message: Message, createdAt: EpochMs): Promise<boolean>;
  /** Whether it still waits: a stream may bring one that was sent. */
  isPending(message: Pick<Message, 'eventId' | 'topic'>): Promise<boolean>;
  markSent(message: Pick<Message, 'eventId' | 'topic'>, sentAt: EpochMs): Promise<void>;
  markUndeliverable(message: Pick<Message, 'eventId' | 'topic'>, at: EpochMs, why: Undeliverable): Promise<void>;
  /**
   * What waits since before the instant, oldest first. An entry that this code cannot read, as an older one may have
   * written it, is handed to `unreadable` and holds up no other; where that is left out, it throws.
   */
  pendingBefore(at: EpochMs, unreadable?: (key: string) => void): Promise<OutboxEntry[]>;
}

/** Hands a message to its topic's subscribers. */
export interface Publisher {
  /** `no-topic`: the client's topic is gone, as after they left. */
  publish(message: Message): Promise<'published' | Undeliverable>;
}
