/** The agent as a process: real clocks, sockets, files and signals around `makeAgent`. */
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { isRefusal, openAgentAws } from '../shared/adapters/agent/aws.ts';
import { directorySecrets } from '../shared/adapters/secrets/directory.ts';
import { sha256 } from '../shared/adapters/sha256.ts';
import { openProber, sleep, timerDeadline, turn } from '../shared/adapters/sockets/prober.ts';
import { openReferences } from '../shared/adapters/sockets/references.ts';
import { epochMs } from '../shared/time/span.ts';
import { type Agent, makeAgent, type Told } from './agent.ts';
import { openFollower } from './follow.ts';
import { openHome } from './home.ts';
import { type AgentLog, jsonLog, seldom } from './log.ts';
import { mostClockOffMs } from './minutes.ts';
import type { Settings } from './settings.ts';
import { openSpool } from './spool.ts';
import { type AgentState, statePath } from './state-file.ts';
import { makeUploader } from './upload.ts';
import { openWatchdog } from './watchdog.ts';
import { makeFolder, writeWhole } from './whole-file.ts';

export const agentName = `vigie-agent/${packageJson.version}`;

/** What stays wrong is said again this often. */
const remindMs = 10 * 60_000;

const now = () => epochMs(Date.now());

/** Messages of the SDK name no secrets; its details are left out. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (error instanceof AggregateError && !message) return messageOf(error.errors[0]); // Node's, one for each address
  return name === 'Error' ? message : `${name}: ${message}`;
};

/** The one host that an agent is always let out to: where it answers, there is a network. */
const awsReference = (region: string, endpoint: string | undefined): string => {
  const url = endpoint ? URL.parse(endpoint) : null;
  return url
    ? `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
    : `dynamodb.${region}.amazonaws.com:443`;
};

const open = async (settings: Settings, env: NodeJS.ProcessEnv, log: AgentLog): Promise<Agent> => {
  const { place, stack, region, folder } = settings;
  await makeFolder(folder);
  const startedAt = now();
  const aws = openAgentAws({
    ...{ stack, place, region, now },
    home: openHome({ folder, stack, region, read: () => aws.readHome(), now, log }),
  });
  const spool = await openSpool({ folder, place, mostBytes: settings.spoolMb * 1024 * 1024, sha256, log });
  const confirmClock = async (): Promise<void> => {
    await aws.version();
    const off = aws.clockOffMs() ?? 0;
    if (Math.abs(off) > mostClockOffMs) throw new Error(`the clock is ${off} ms from AWS's`);
  };
  const uploader = makeUploader({ spool, runs: aws.runs, now, log, confirmClock, isRefusal });
  const follower = await openFollower({ folder, place, source: aws, log });
  const watchdog = openWatchdog(env);

  const tell = async (told: Told): Promise<void> => {
    const { waiting, bytes, onlyInMemory, refused, setAside } = spool.size();
    const oldest = spool.oldest();
    const state: AgentState = {
      ...{ v: 1, at: new Date().toISOString(), startedAt: new Date(startedAt).toISOString(), agent: agentName, place },
      ...told,
      ...{ waiting, waitingBytes: bytes, onlyInMemory, lost: refused, setAside },
      ...(oldest !== undefined && { oldestWaiting: new Date(oldest).toISOString() }),
      rssMb: Math.round(process.memoryUsage.rss() / 1024 / 1024),
    };
    watchdog(`${told.endpoints} endpoints, ${told.failing} failing, ${waiting} items waiting`);
    await writeWhole(statePath(folder), JSON.stringify(state));
  };

  return makeAgent({
    ...{ place, spool, uploader, follower, log, tell, messageOf, sleep },
    wall: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    probe: openProber({
      allowPrivate: true,
      allowLoopback: env.VIGIE_ALLOW_LOOPBACK === '1', // beside a local AWS, where all is on one machine
      place,
      secrets: directorySecrets(settings.credentials),
    }).probe,
    turn,
    deadline: timerDeadline,
    ask: (references) =>
      openReferences(references.length > 0 ? references : [awsReference(region, env.AWS_ENDPOINT_URL)]),
    clockOffMs: aws.clockOffMs,
  });
};

/** Where the AWS keys are by themselves, among credentials that systemd or a container hands over. */
const useKeysOf = ({ credentials, region }: Settings, env: NodeJS.ProcessEnv): void => {
  env.AWS_REGION = region;
  if (credentials === undefined) return;
  env.CREDENTIALS_DIRECTORY = credentials;
  env.AWS_SHARED_CREDENTIALS_FILE ??= join(credentials, 'aws');
};

/** Until a signal ends it, or one round. The exit code: 1 where something still waits after `once`. */
export const runAgent = async (settings: Settings, once: boolean, write: (line: string) => void): Promise<number> => {
  useKeysOf(settings, process.env);
  const { place, stack, region, folder } = settings;
  const log = seldom(jsonLog(write, Date.now), Date.now, remindMs);
  // Timers and sockets of what was abandoned must not keep the process.
  const leave = (code: number): number => {
    setTimeout(() => process.exit(), 100).unref();
    return code;
  };
  log.info('starting', { agent: agentName, place, stack, region, folder });
  const agent = await open(settings, process.env, log);
  if (once) return leave((await agent.once()) ? 0 : 1);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130); // asked twice: at once
      stop.abort();
    });
  await agent.run(stop.signal);
  return leave(0);
};
