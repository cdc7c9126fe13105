/** Bytes that a probe sends, counted by the kernel on a virtual wire between two network namespaces: Linux, as root. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';

const bytesSchema = z.object({ http: z.number(), https: z.number() });
const egressSchema = z.object({ vigie: bytesSchema, plain: bytesSchema });
export type Egress = z.infer<typeof egressSchema>;

/** `unshare` becomes the node that it starts: the same process id, and the same channel to us. */
const apart = (file: string, ...args: readonly string[]): ChildProcess =>
  spawn('unshare', ['-n', process.execPath, join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem'),
    },
  });

const told = async (child: ChildProcess): Promise<unknown> => {
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('no wire could be laid')));
  return (await Promise.race([once(child, 'message'), failed]))[0];
};

/** Nothing where this machine does not let one lay a wire. */
export const measureEgress = async (): Promise<Egress | undefined> => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const target = apart('wire-target.ts');
  try {
    await told(target);
    const prober = apart('wire-prober.ts', String(target.pid));
    await told(prober);
    target.send('wired');
    await told(target);
    prober.send('begin');
    return egressSchema.parse(await told(prober));
  } finally {
    if (target.connected) target.disconnect();
  }
};
