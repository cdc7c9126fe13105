/** What the other side says on a socket, as text, with an end to everything. */
import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { enter, type Trace } from './connect.ts';
import { down, ProbeFailure } from './failure.ts';

/** As of an HTTP body: an endless answer must end. */
const mostCharacters = 64 * 1024;

export interface Conversation {
  /** Waits until `find` gives where what it looks for ends, above 0, and takes the text up to there. */
  readonly until: (find: (heard: string) => number) => Promise<string>;
  /** Stops listening and gives what was heard and not taken. */
  readonly leave: () => string;
}

/** One at a time on a socket. */
export const converse = (socket: Socket, trace: Trace): Conversation => {
  const decoder = new TextDecoder();
  let heard = '';
  let over: Error | undefined;
  let look = (): void => {};
  const onData = (chunk: Buffer): void => {
    if (trace.phase === 'answer') enter('rest', trace);
    heard += decoder.decode(chunk, { stream: true });
    look();
  };
  const onError = (error: Error): void => {
    over ??= error;
    look();
  };
  const onEnd = (): void => onError(new ProbeFailure(down('reset', 'the other side hung up')));
  socket.on('data', onData).on('error', onError).on('end', onEnd).on('close', onEnd);
  return {
    until: (find) =>
      new Promise((resolve, reject) => {
        look = () => {
          const end = find(heard);
          if (end > 0) {
            look = () => {};
            resolve(heard.slice(0, end));
            heard = heard.slice(end);
          } else if (over) reject(over);
          else if (heard.length >= mostCharacters) reject(new ProbeFailure(down('content', tooMuch)));
        };
        look();
      }),
    leave: () => {
      socket.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd);
      return heard;
    },
  };
};

const tooMuch = 'what is expected is not in the first 64 KiB';

export const lineOf = async ({ until }: Conversation): Promise<string> =>
  (await until((heard) => heard.indexOf('\n') + 1)).trimEnd();
