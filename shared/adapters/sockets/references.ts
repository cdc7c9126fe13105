/** Hosts on the internet that a place asks when its endpoints all seem gone: whether anybody answers at all. */
import { connect } from 'node:net';
import type { AskReferences } from '../../probe/connectivity.ts';

const patienceMs = 2_000;

/** A refusal is an answer; silence and an unreachable network are none. */
const answers = (reference: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(reference) ?? [];
    const socket = connect({ host, port: Number(port) });
    const end = (answered: boolean): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answered);
    };
    const giveUp = (): void => end(false);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => end(true));
    socket.on('error', (error) => end('code' in error && error.code === 'ECONNREFUSED'));
  });

/** References are `host:port`, and addresses rather than names: a resolver may be what is gone. */
export const openReferences =
  (references: readonly string[]): AskReferences =>
  async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), patienceMs);
    const first = new Promise<boolean>((resolve) => {
      const asked = references.map(async (reference) => {
        if (await answers(reference, controller.signal)) resolve(true);
      });
      Promise.all(asked).then(() => resolve(false));
    });
    const answered = await first;
    clearTimeout(timer);
    controller.abort(); // the others need not answer any more
    return answered;
  };
