import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { type EpochMs, epochMs, type Interval } from '../../shared/time/span.ts';
import { readFolder } from '../read-folder.ts';
import { counted, paint, type Terminal } from '../terminal.ts';
import { bootstrapAccount, type DeployOptions, deployStack, otherRegionsOf, synthesizeStack } from './deploy.ts';
import { type Deployed, openDeployed } from './deployed.ts';
import { type DemoEndpoints, startEndpoints } from './endpoints.ts';
import { type Inbox, type Notice, openInbox } from './inbox.ts';
import { breakable, noticeOf, openTicker } from './live.ts';
import { startLocalAws } from './local-aws.ts';
import { localised, rehearsalClient, writeFolder } from './local-clients.ts';
import { copyStatements, replayMonth } from './month.ts';
import type { DemoOptions } from './options.ts';
import { daysOf, hasOutage, inventOutages } from './past-month.ts';
import { openStory, type Story, until } from './story.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const examples = join(project, 'examples/atelier-ops');

/** Registers what must be stopped when the demonstration ends, however it ends. */
type OnStop = (stop: () => Promise<void>) => void;

interface Scene {
  readonly story: Story;
  readonly stack: Deployed;
  readonly plan: Plan;
  readonly standIns: DemoEndpoints;
  readonly inbox: Inbox;
  readonly terminal: Terminal;
}

/** The whole story. Throws what was not seen; every claim it prints was read back from where it is stored. */
export const demonstrate = async (options: DemoOptions, terminal: Terminal, onStop: OnStop): Promise<void> => {
  const begun = terminal.now();
  const story = openStory(terminal);
  const colour = paint(terminal);
  terminal.out(colour('bold', 'Vigie watches what a provider promised, and settles each month what was delivered.'));
  terminal.out('This runs its real stack on a local AWS, on this machine only.');

  const workDir = await mkdtemp(join(tmpdir(), 'vigie-'));
  onStop(() => rm(workDir, { recursive: true, force: true }));
  await mkdir(join(workDir, 'home'));
  const standIns = await startEndpoints();
  onStop(() => standIns.close());

  const clients = join(workDir, 'clients');
  const plan = await story.step(
    options.clients === undefined ? 'Client files (examples/atelier-ops)' : `Client files (${options.clients})`,
    () => prepareClients(options.clients, clients, standIns, story),
  );
  const aws = await story.step('A local AWS', async (say) => {
    if (options.aws === undefined) say('MiniStack from PyPI; the first time, it is installed under .cache/');
    const { port, aws: url } = options;
    const cacheDir = join(project, '.cache');
    const running = await startLocalAws({
      port,
      cacheDir,
      log: (line) => say(line.slice(0, 100)),
      ...(url && { url }),
    });
    onStop(() => running.stop());
    say(`answers at ${running.endpoint}`);
    return running;
  });
  // On an emulator that was there before, an earlier run may have settled this very month.
  const ownStack = options.aws === undefined ? {} : { stackName: `Vigie-${begun.toString(36)}` };
  const deployment: DeployOptions = {
    ...{ endpoint: aws.endpoint, clients, workDir, log: () => {}, ...ownStack },
    otherRegions: otherRegionsOf(plan),
  };
  const stack = await story.step('The stack, deployed by `cdk deploy` as it is on AWS', async (say) => {
    say('bootstrapping the account, and compiling the client files and the functions …');
    await Promise.all([bootstrapAccount(deployment), synthesizeStack(deployment)]);
    say('deploying: tables, functions, schedules, topics, the settlement machine …');
    const outputs = await deployStack(deployment);
    const deployed = openDeployed(aws.endpoint, outputs);
    const pointer = await until('the plan in force', 10_000, () => deployed.pointers.current());
    say(`deployed; plan ${pointer.version} is in force, in ${counted(pointer.rosters.length, 'shard')}`);
    return deployed;
  });

  const inbox = await openInbox(`vigie-demonstration-${begun.toString(36)}`);
  for (const { id } of plan.clients) await inbox.follow(stack.topicOf(id));
  const scene: Scene = { story, stack, plan, standIns, inbox, terminal };
  await watchAndBreak(scene);
  const period = monthBefore(terminal.now());
  await settleMonth(scene, period);
  story.say('');
  story.say(colour('green', `Every stage was seen, in ${Math.round((terminal.now() - begun) / 1_000)} s.`));
  if (options.exit) return;
  terminal.out('\n    It goes on probing each minute. Ctrl-C stops it and leaves nothing running.');
  await goOn(scene);
};

/** The plan that will be deployed: the examples with stand-ins for endpoints, or the user's own with one client more. */
const prepareClients = async (
  own: string | undefined,
  dir: string,
  standIns: DemoEndpoints,
  story: Story,
): Promise<Plan> => {
  const files = await readFolder(own === undefined ? examples : resolve(own)).catch(() => []);
  await writeFolder(
    dir,
    own === undefined
      ? files.map((file) => ({ path: file.path, text: localised(file, standIns) }))
      : [...files, rehearsalClient(standIns)],
  );
  const decoded = decodeFolder(await readFolder(dir), { privateAddresses: true });
  if (!decoded.ok) throw new Error(`the client files are wrong:\n${decoded.problems.map(formatProblem).join('\n')}`);
  for (const client of decoded.value.clients) {
    const endpoints = client.services.flatMap((service) => service.endpoints).length;
    story.say(
      `${client.name}: ${counted(client.services.length, 'service')}, ${counted(endpoints, 'endpoint')}, ` +
        `${client.currency}, ${client.language}, ${client.zone}`,
    );
  }
  if (own === undefined) story.say('Their addresses are replaced by stand-ins on 127.0.0.1.');
  else story.say('Your endpoints are probed for real; one client is added, whose endpoint can be broken.');
  return decoded.value;
};

const watchAndBreak = async ({ story, stack, plan, standIns, inbox, terminal }: Scene): Promise<void> => {
  const colour = paint(terminal);
  const target = breakable(plan, (url) => url.startsWith(standIns.origin));
  if (target === undefined) throw new Error('no endpoint of the plan can be broken: none is a stand-in of its own');
  const path = target.check.url.slice(standIns.origin.length);
  const topic = stack.topicOf(target.client);
  const seen = (kind: string) => () => noticeOf(inbox, { kind, client: target.client, topic });
  const tell = (say: (line: string) => void, notice: Notice): void => {
    say(`in the queue that is subscribed to ${target.client}'s topic: ${colour('bold', notice.subject)}`);
    say(colour('dim', `event_id ${notice.eventId}`));
  };

  const ticker = openTicker(stack, plan, terminal.now());
  await story.step('Probing', async (say) => {
    say('The schedule ticks each minute. So that you need not wait, its event is sent every second or so here.');
    for (let ticks = 0; ticks < 3; ticks++) await ticker.next(say);
  });
  await story.step(`An outage: ${target.name} begins to answer 503`, async (say) => {
    standIns.break(path, true);
    tell(say, await ticker.until('the outage notice', 8, seen('outage-opened'), say));
    const open = await stack.detections.outages(target.client, today(terminal.now()));
    const outage = open.find(({ endpoint }) => endpoint === target.check.id);
    if (outage === undefined) throw new Error('the outage is not in the records');
    say(`recorded: ${outage.endpoint}, ${outage.cause}, since ${new Date(outage.openedAt).toISOString()}`);
  });
  await story.step('Recovery: it answers again', async (say) => {
    standIns.break(path, false);
    tell(say, await ticker.until('the recovery notice', 8, seen('outage-closed'), say));
  });
};

const settleMonth = async ({ story, stack, plan, inbox, terminal }: Scene, period: string): Promise<void> => {
  const colour = paint(terminal);
  const outages = inventOutages(plan, period);
  await story.step(`A past month, replayed: ${period}`, async (say) => {
    say('Invented samples through the code that packs and compacts the real ones. The outages in it:');
    for (const { endpoint, interval } of outages)
      say(`  ${endpoint}: ${new Date(interval.start).toISOString()}, ${(interval.end - interval.start) / 60_000} min`);
    const days = daysOf(plan, period);
    const isStored = (day: EpochMs): boolean => hasOutage(outages, day);
    const { samples, stored } = await replayMonth(stack, { plan, days, outages, isStored }, say);
    say(
      `${samples.toLocaleString('en')} samples in ${days.length} days, read back from DynamoDB; ${stored} of the days`,
    );
    say('went in as run items, marked as replayed so that nobody is alerted, and the nightly function compacted them.');
  });
  await story.step(`Settlement of ${period}, by the state machine that runs each month`, async (say) => {
    await stack.settle(period);
    const dir = join(project, '.vigie');
    for (const old of ['statements', 'notices']) await rm(join(dir, old), { recursive: true, force: true });
    await mkdir(join(dir, 'notices'), { recursive: true });
    const copied = await copyStatements(stack, { plan, period, dir });
    if (copied.length === 0) throw new Error('no statement was settled');
    for (const { record, htmlPath } of copied) {
      const credit = moneyOf(record.creditMinor, record.currency, plan, record.client);
      const owed = record.creditMinor > 0 ? colour('yellow', `${credit} owed`) : 'nothing owed';
      say(`${colour('bold', record.client)}: ${record.status}, ${owed}`);
      say(`  ${colour('cyan', htmlPath)}`);
    }
    const issued = copied.filter(({ record }) => record.status === 'issued');
    const kinds = ({ record }: (typeof issued)[number]) => ['statement', ...(record.creditMinor > 0 ? ['credit'] : [])];
    const expected = issued.flatMap((copy) => kinds(copy).map((kind) => ({ kind, client: copy.record.client })));
    if (!expected.some(({ kind }) => kind === 'credit'))
      throw new Error('no credit was owed: the outage was not settled');
    for (const { kind, client } of expected) {
      const wanted = { kind, client, topic: stack.topicOf(client) };
      const notice = await until(`the ${kind} notice of ${client}`, 20_000, () => noticeOf(inbox, wanted));
      await writeFile(join(dir, 'notices', `${client}-${kind}.json`), JSON.stringify(notice.json, null, 2));
      say(`${kind} notice in ${client}'s queue: ${notice.subject}`);
    }
    say(`the notices as machines get them: ${colour('cyan', join(dir, 'notices'))}`);
  });
};

/** Until Ctrl-C: what the schedule does by itself, each minute. */
const goOn = async ({ stack, story, terminal }: Scene): Promise<never> => {
  let told = 0;
  for (;;) {
    await terminal.sleep(5_000);
    const newest = await stack.runs.newest(stack.place, 0);
    if (newest === undefined || newest <= told) continue;
    told = newest;
    story.say(`the schedule's own run of ${new Date(newest).toISOString().slice(11, 16)} UTC is stored`);
  }
};

const moneyOf = (minor: number, currency: string, { clients }: Plan, client: string): string => {
  const digits = clients.find(({ id }) => id === client)?.minorDigits ?? 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(minor / 10 ** digits);
};

const today = (now: EpochMs): Interval => ({ start: epochMs(now - 86_400_000), end: epochMs(now + 86_400_000) });

/** The calendar month before this one, in UTC: over in every zone from the second of the month on. */
const monthBefore = (now: EpochMs): string => {
  const date = new Date(now - 36 * 3_600_000);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
};
