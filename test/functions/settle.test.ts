import { beforeEach, describe, expect, test } from 'vitest';
import { makeCompact } from '../../functions/compact/handler.ts';
import { makeSettle, type SettleDeps, type SettleEvent } from '../../functions/settle/handler.ts';
import { makeSettleClose } from '../../functions/settle-close/handler.ts';
import { makeSettlePlan } from '../../functions/settle-plan/handler.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { brokenAt } from '../../shared/statement/ledger.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import { addDays } from '../../shared/time/calendar.ts';
import { epochMs } from '../../shared/time/span.ts';
import { memoryColdDays, memoryStores } from '../adapters/memory.ts';
import { firstOfOctober as first, hour, october } from './october.ts';
import { killer, memoryPlans, mortal, newWorld, planWith, quiet, versionOfPlan, type World } from './world.ts';

const period = '2026-10';
const plan = planWith({ acme: '', bolt: '' });
const version = versionOfPlan(plan);
const after = epochMs(Date.UTC(2026, 10, 1, 14));

const runs = october(plan);

const octoberWorld = async (without: (run: StoredRun) => boolean = () => false): Promise<World> => {
  const world = newWorld();
  await world.stores.pointers.advance({
    seq: 1,
    version,
    rosters: [{ places: ['home'], offsetsMs: [0] }],
    appliedAt: epochMs(first),
  });
  await world.stores.runs.importAll(runs.filter((run) => !without(run)));
  return world;
};

const settleIn = ({ memory, documents }: World, fate = killer(), over: Partial<SettleDeps> = {}) => {
  const stores = memoryStores(memory);
  return makeSettle({
    plans: memoryPlans(plan),
    evidence: { runs: stores.runs, days: stores.days, windows: stores.windows },
    statements: mortal(stores.statements, fate),
    settlementRuns: mortal(stores.settlementRuns, fate),
    documents: mortal(documents, fate),
    bucket: 'documents',
    tzdata: '2026b',
    sha256,
    now: () => after,
    log: quiet,
    ...over,
  });
};

const event = (client = 'acme', more: Partial<SettleEvent> = {}): SettleEvent => ({
  ...{ client, period, version, versions: [version], run: 'r1' },
  ...more,
});

const compactIn = ({ memory }: World, now = after) => {
  const stores = memoryStores(memory);
  return makeCompact({
    pointers: stores.pointers,
    plans: memoryPlans(plan),
    runs: stores.runs,
    days: stores.days,
    coldDays: memoryColdDays(memory),
    now: () => now,
    log: quiet,
  });
};

const compactAll = async (world: World): Promise<void> => {
  const compact = compactIn(world);
  for (let day = '2026-09-30'; day <= '2026-10-31'; day = addDays(day, 1)) await compact({ day });
};

const statementIn = ({ documents }: World, edition = 'r1', client = 'acme') =>
  statementSchema.parse(
    JSON.parse(documents.texts.get(`statements/${client}/${period}/${edition}/statement.json`) ?? ''),
  );

const messagesIn = ({ memory }: World): string[] => [...memory.outbox.keys()].sort();

describe('settling a client', () => {
  let world: World;
  beforeEach(async () => {
    world = await octoberWorld();
  });

  test('gives a statement, a ledger entry and two notices', async () => {
    expect(await settleIn(world)(event())).toMatchObject({ outcome: 'issued', revision: 1, creditMinor: 1_000 });
    expect(statementIn(world)).toMatchObject({ status: 'ready', creditMinor: 1_000 });
    expect(world.documents.texts.get(`statements/acme/${period}/r1/statement.html`)).toContain('<!doctype html>');
    expect(world.memory.ledgers.get('acme')).toMatchObject([{ seq: 1, creditMinor: 1_000, differenceMinor: 1_000 }]);
    expect(messagesIn(world)).toEqual([
      `client/acme credit/acme/${period}/r1`,
      `client/acme statement/acme/${period}/r1`,
    ]);
  });

  test('gives no credit notice where nothing is owed', async () => {
    expect(await settleIn(world)(event('bolt'))).toMatchObject({ outcome: 'issued', creditMinor: 0 });
    expect(messagesIn(world)).toEqual([`client/bolt statement/bolt/${period}/r1`]);
  });

  test('does nothing the second time', async () => {
    await settleIn(world)(event());
    const before = structuredClone(world.memory);
    expect(await settleIn(world)(event())).toEqual({ client: 'acme', outcome: 'unchanged' });
    expect(world.memory.statements).toEqual(before.statements);
    expect(world.memory.ledgers).toEqual(before.ledgers);
    expect(world.memory.outbox).toEqual(before.outbox);
  });

  test('gives the same statement from runs and from compacted days, and knows that it did', async () => {
    await settleIn(world)(event());
    const fromRuns = statementIn(world);
    await compactAll(world);
    const compacted = await octoberWorld(({ scheduledAt }) => scheduledAt < Date.UTC(2026, 10, 1));
    for (const [key, day] of world.memory.days) compacted.memory.days.set(key, day);
    for (const key of world.memory.closed) compacted.memory.closed.add(key);
    await settleIn(compacted)(event());
    expect(statementIn(compacted)).toEqual(fromRuns);
    const [raw, packed] = [world, compacted].map(({ memory }) => [...memory.statements.values()][0]?.inputsHash);
    expect(packed).toBe(raw);
    expect(await settleIn(world)(event())).toMatchObject({ outcome: 'unchanged' });
  });

  test('is not changed by runs that came after it', async () => {
    await settleIn(world)(event());
    const late = runs.slice(-20).map((run) => ({
      ...run,
      scheduledAt: epochMs(run.scheduledAt + 12 * hour),
      startedAt: epochMs(run.startedAt + 12 * hour),
    }));
    await world.stores.runs.importAll(late);
    expect(await settleIn(world)(event())).toMatchObject({ outcome: 'unchanged' });
  });

  test.each(['before', 'after'] as const)(
    'killed %s any of its writes, the next attempt ends where one would have',
    async (when) => {
      const whole = await octoberWorld();
      await settleIn(whole)(event());
      for (let n = 1; n <= 4; n++) {
        const broken = await octoberWorld();
        await expect(settleIn(broken, killer(n, when))(event())).rejects.toThrow('killed');
        await settleIn(broken)(event());
        expect(broken.memory.statements.size).toBe(1);
        expect(broken.memory.ledgers.get('acme')).toHaveLength(1);
        expect(messagesIn(broken)).toEqual(messagesIn(whole));
        expect(statementIn(broken)).toEqual(statementIn(whole));
      }
    },
  );

  test('twice at once gives one statement, one entry and one notice of each kind', async () => {
    const settle = settleIn(world);
    const outcomes = await Promise.all([1, 2, 3].map((n) => settle(event('acme', { run: `r${n}` }))));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['issued', 'unchanged', 'unchanged']);
    expect(world.memory.ledgers.get('acme')).toHaveLength(1);
    expect(messagesIn(world)).toHaveLength(2);
  });

  test('says that inputs changed, and corrects only when asked to', async () => {
    await settleIn(world)(event());
    await world.stores.windows.add('acme', {
      ...{ id: 'm1', kind: 'scheduled', by: 'ada', reason: 'disks', declaredAt: epochMs(first) },
      ...{ start: epochMs(Date.UTC(2026, 9, 10, 2)), end: epochMs(Date.UTC(2026, 9, 10, 6)) },
    });
    expect(await settleIn(world)(event())).toEqual({ client: 'acme', outcome: 'inputs-changed' });
    expect(world.memory.ledgers.get('acme')).toHaveLength(1);
    const revise = event('acme', { revise: true });
    expect(await settleIn(world)(revise)).toMatchObject({ outcome: 'revised', revision: 2, creditMinor: 0 });
    expect(await settleIn(world)(revise)).toMatchObject({ outcome: 'unchanged' });
    const ledger = world.memory.ledgers.get('acme') ?? [];
    expect(ledger.map(({ differenceMinor }) => differenceMinor)).toEqual([1_000, -1_000]);
    expect(brokenAt(ledger, sha256)).toBeUndefined();
    expect(statementIn(world, 'r1').creditMinor).toBe(1_000); // what was issued stays
    expect(messagesIn(world)).toHaveLength(4);
  });

  test('holds what was hardly measured, tells the provider once and the client never', async () => {
    const sparse = await octoberWorld(({ scheduledAt }) => scheduledAt > Date.UTC(2026, 9, 5));
    expect(await settleIn(sparse)(event())).toMatchObject({ outcome: 'held', revision: 1 });
    expect(await settleIn(sparse)(event())).toMatchObject({ outcome: 'held' });
    expect(messagesIn(sparse)).toEqual([`ops settlement/acme/${period}/r1`]);
    expect(sparse.memory.ledgers.size).toBe(0);
    expect(statementIn(sparse, 'held').status).toBe('held');
    await sparse.stores.runs.importAll(runs); // the evidence turns up
    expect(await settleIn(sparse)(event())).toMatchObject({ outcome: 'issued', revision: 1 });
  });

  test.each([
    { name: "the end of the month in the client's zone", utc: [22, 59] },
    { name: 'the hour after it, whose samples are evidence too', utc: [23, 59] },
  ])('waits for $name', async ({ utc: [hours, minutes] }) => {
    const early = { now: () => epochMs(Date.UTC(2026, 9, 31, hours, minutes)) };
    expect(await settleIn(world, killer(), early)(event())).toEqual({ client: 'acme', outcome: 'not-ended' });
    expect(world.memory.statements.size).toBe(0);
  });

  test('looks back at what was settled before', async () => {
    await settleIn(world)(event());
    const [record] = await world.stores.statements.issued('acme');
    expect(record?.past).toMatchObject({ period, creditMinor: 1_000, services: { mail: { creditMinor: 1_000 } } });
  });
});

describe('a settlement run', () => {
  const planIn = ({ stores, documents }: World, plans = memoryPlans(plan)) =>
    makeSettlePlan({ pointers: stores.pointers, plans, documents, bucket: 'documents', now: () => after });

  test('lists the clients of the month that has ended, settles each and tells the provider how it went', async () => {
    const world = await octoberWorld();
    const planned = await planIn(world)({});
    expect(planned).toMatchObject({ bucket: 'documents', period });
    const items: SettleEvent[] = JSON.parse(world.documents.texts.get(planned.key) ?? '');
    expect(items.map(({ client }) => client)).toEqual(['acme', 'bolt']);
    for (const item of items) await settleIn(world)(item);
    const close = makeSettleClose({
      ...{ pointers: world.stores.pointers, plans: memoryPlans(plan), documents: world.documents },
      ...{ settlementRuns: world.stores.settlementRuns, outbox: world.stores.outbox, now: () => after },
    });
    expect(await close(planned)).toMatchObject({ clients: 2, leftOver: 0 });
    expect(await close(planned)).toMatchObject({ clients: 2, leftOver: 0 });
    expect(await world.stores.settlementRuns.closed(period)).toBe(true);
    const told = messagesIn(world).filter((name) => name.startsWith('ops '));
    expect(told).toEqual([`ops settlement-run/${period}/${planned.run}`]);
  });

  test('counts a client without an outcome as left for a human', async () => {
    const world = await octoberWorld();
    const planned = await planIn(world)({ period });
    await settleIn(world)(event('bolt', { run: planned.run }));
    const close = makeSettleClose({
      ...{ pointers: world.stores.pointers, plans: memoryPlans(plan), documents: world.documents },
      ...{ settlementRuns: world.stores.settlementRuns, outbox: world.stores.outbox, now: () => after },
    });
    expect(await close(planned)).toMatchObject({ clients: 2, leftOver: 1 });
    const [waiting] = await world.stores.outbox
      .pendingBefore(epochMs(after + 1))
      .then((all) => all.filter(({ message }) => message.topic === 'ops'));
    expect(waiting?.message.json).toMatchObject({
      counts: { failed: 1, issued: 1 },
      left_over: [{ client: 'acme', why: 'failed' }],
    });
  });

  test('settles who left during the month from the last plan that had them', async () => {
    const world = await octoberWorld();
    const later = planWith({ bolt: '' });
    await world.stores.pointers.advance({
      seq: 2,
      version: versionOfPlan(later),
      rosters: [{ places: ['home'], offsetsMs: [0] }],
      appliedAt: epochMs(Date.UTC(2026, 9, 20)),
    });
    const planned = await planIn(world, memoryPlans(plan, later))({ period });
    const items: SettleEvent[] = JSON.parse(world.documents.texts.get(planned.key) ?? '');
    expect(items.map(({ client, version: of }) => [client, of])).toEqual([
      ['acme', version],
      ['bolt', versionOfPlan(later)],
    ]);
  });

  test('may be asked for some clients only, and refuses those who were not there', async () => {
    const world = await octoberWorld();
    const planned = await planIn(world)({ period, clients: ['bolt'], revise: true });
    expect(JSON.parse(world.documents.texts.get(planned.key) ?? '')).toMatchObject([{ client: 'bolt', revise: true }]);
    await expect(planIn(world)({ period, clients: ['nobody'] })).rejects.toThrow(
      'no contract was live in 2026-10 for: nobody',
    );
    await expect(planIn(world)({ period: '2026-13' })).rejects.toThrow();
  });
});
