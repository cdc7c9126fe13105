import type { EpochMs } from '../time/span.ts';
import type { Message } from './message.ts';
import type { Outbox, Publisher, Undeliverable } from './outbox.ts';

export interface Sending {
  readonly outbox: Pick<Outbox, 'isPending' | 'markSent' | 'markUndeliverable'>;
  readonly publisher: Publisher;
  readonly now: () => EpochMs;
}

/**
 * Sends a message that still waits, then marks it. A crash between the two sends it again under the same event id; no
 * order of crashes loses it.
 */
export const send = async (
  { outbox, publisher, now }: Sending,
  message: Message,
): Promise<'sent' | 'sent-before' | Undeliverable> => {
  if (!(await outbox.isPending(message))) return 'sent-before';
  const outcome = await publisher.publish(message);
  if (outcome !== 'published') {
    await outbox.markUndeliverable(message, now(), outcome);
    return outcome;
  }
  await outbox.markSent(message, now());
  return 'sent';
};
