import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, runChild, startChild } from './child.ts';
import { findPython, makeVenv } from './python.ts';

export interface LocalAws {
  /** An IP address, so that S3 clients put the bucket in the path. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface LocalAwsOptions {
  readonly port: number;
  /** Keeps the Python environment between runs. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  /** An emulator that already runs (`--aws URL`); nothing is started then, and nothing stopped. */
  readonly url?: string;
  /** More variables for the emulator, and so for every function it runs. */
  readonly extraEnv?: NodeJS.ProcessEnv;
}

export const localRegion = 'eu-west-3';
const image = 'ministackorg/ministack:1.5.33'; // the version in requirements.txt
const startLimitMs = 60_000; // 2 s here; a cold Docker pull is waited for before
const project = fileURLToPath(new URL('../../', import.meta.url));

/** What every AWS client of a local run sees: invented credentials, and none of the user's own AWS settings. */
export const localAwsEnv = (endpoint: string): NodeJS.ProcessEnv => ({
  ...withoutAws(),
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: localRegion,
  AWS_DEFAULT_REGION: localRegion,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
});

/** Our Node goes first on PATH: the emulator runs functions with the `node` it finds there. */
const withoutAws = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
});

/**
 * Starts a local AWS on the loopback interface alone: MiniStack from PyPI in a virtual environment of its own, or in
 * Docker where there is no Python. It cannot outlive this process.
 */
export const startLocalAws = async ({
  port,
  cacheDir,
  log,
  url,
  extraEnv = {},
}: LocalAwsOptions): Promise<LocalAws> => {
  if (url !== undefined) return adopt(url);
  const endpoint = `http://127.0.0.1:${port}`;
  if (await listens(port)) {
    throw new Error(
      `port ${port} of 127.0.0.1 is taken; choose another with --port, or name what runs there with --aws ${endpoint}`,
    );
  }
  const scratch = await mkdtemp(join(tmpdir(), 'vigie-aws-'));
  const env = {
    ...withoutAws(),
    ...extraEnv,
    MINISTACK_HOST: '127.0.0.1', // in the URLs it hands out: localhost is ::1 on some machines
    BIND_HOST: '127.0.0.1', // its default is every interface, and it runs code
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: localRegion,
    LOG_LEVEL: 'WARNING',
    TMPDIR: scratch, // it unpacks functions there
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
  };
  const last: string[] = [];
  const onLine = (line: string): void => {
    last.push(line);
    if (last.length > 15) last.shift();
    if (process.env.VIGIE_AWS_LOG === '1') log(line);
  };
  try {
    const child = await launch(env, cacheDir, log, onLine);
    const stop = async (): Promise<void> => {
      await child.stop();
      await rm(scratch, { recursive: true, force: true });
    };
    const failure = await untilHealthy(endpoint, child);
    if (failure === null) return { endpoint, stop };
    await stop();
    throw new Error(`the local AWS ${failure}:\n${last.join('\n')}`);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
};

const launch = async (
  env: NodeJS.ProcessEnv,
  cacheDir: string,
  log: (line: string) => void,
  onLine: (line: string) => void,
): Promise<Child> => {
  const python = await findPython(env);
  if (python.ok) {
    const requirements = join(project, 'requirements.txt');
    const interpreter = await makeVenv({ python: python.command, requirements, cacheDir, env, log });
    return startChild(interpreter, ['-m', 'ministack'], { env, onLine });
  }
  const docker = await runChild('docker', ['pull', '--quiet', image], { env, onLine: log });
  if (docker.status !== 0) {
    throw new Error(
      [
        'a local AWS needs one of these, and none was found:',
        `  Python 3.10 or later with its venv module (${python.why})`,
        `  Docker (${docker.tail.at(-1) ?? `docker pull ended with status ${docker.status}`})`,
        '  an emulator that already runs, named with --aws URL',
      ].join('\n'),
    );
  }
  // The host's network, so that functions reach the demonstration's endpoints on 127.0.0.1.
  const passed = ['BIND_HOST', 'MINISTACK_HOST', 'GATEWAY_PORT', 'MINISTACK_REGION', 'LOG_LEVEL'].flatMap((name) => [
    '-e',
    name,
  ]);
  return startChild('docker', ['run', '--rm', '--init', '--network', 'host', ...passed, image], { env, onLine });
};

const untilHealthy = async (endpoint: string, child: Child): Promise<string | null> => {
  let ended: string | null = null;
  void child.exited.then((status) => {
    ended = `ended with status ${status}`;
  });
  for (const until = Date.now() + startLimitMs; Date.now() < until && ended === null; await sleep(100)) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (answer?.ok === true) return null;
  }
  return ended ?? `did not answer within ${startLimitMs / 1_000} s`;
};

/** Any HTTP answer will do: emulators differ in what they serve at their root. */
const adopt = async (url: string): Promise<LocalAws> => {
  const endpoint = url.replace(/\/+$/, '');
  const failure = await fetch(endpoint).then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.cause ?? error) : error),
  );
  if (failure !== null) throw new Error(`nothing answers at ${endpoint} (--aws): ${String(failure)}`);
  return { endpoint, stop: async () => {} };
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  }).then((open) => open === true);
