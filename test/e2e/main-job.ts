/**
 * The main job on the deployed stack, with real sockets: probe, samples, outage notice, settlement, credit notice. Each
 * stage has an assertion of its own on what it leaves behind, so that breaking one fails the test of that stage.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { type Inbox, type Notice, openInbox } from '../../cli/demo/inbox.ts';
import { replayMonth } from '../../cli/demo/month.ts';
import type { Invented } from '../../cli/demo/past-month.ts';
import { until } from '../../cli/demo/story.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { outageJsonSchema } from '../../shared/outage/notice.ts';
import { decodeLooks, type Look, looksVersion } from '../../shared/probe/looks.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, type Outcome, runVersion } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { statementJsonSchema } from '../../shared/statement/notice.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import { dayMs, monthSpan, utcDaysIn } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { clientFiles, coveredSpan, lastMonth, zone } from './clients.ts';
import { httpEndpoint, tcpEndpoint } from './servers.ts';

const minuteMs = 60_000;
const { SamplesTable, RecordsTable } = inject('outputs');
const ports = inject('ports');
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const dynamodb = new DynamoDBClient({});
const period = lastMonth(Date.now());

let page = 'all well';
const http = httpEndpoint(ports.http, () => page);
const tcp = tcpEndpoint(ports.tcp);
let inbox: Inbox;
let plan: Plan;

/** Minutes of the present hour's past, each used once: a run's key is its minute. */
let minute = Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs;

const tick = async (): Promise<StoredRun> => {
  minute += minuteMs;
  const at = epochMs(minute);
  await stack.tick(at);
  return until(
    'the run',
    20_000,
    async () => (await stack.runs.between(stack.place, 0, { start: at, end: epochMs(at + 1) }))[0],
  );
};
const slots = () => rostersOf(plan)[0]?.slots ?? [];
const told = (outcome: Outcome): string => (outcome.state === 'down' ? `down: ${outcome.cause}` : outcome.state);

/** The newest look at an endpoint since an instant, and when it was stored. */
const lookAt = async (id: string, since: EpochMs): Promise<(Look & { readonly writtenAt: EpochMs }) | undefined> => {
  const items = await stack.runs.looksBetween(stack.place, 0, { start: since, end: epochMs(Date.now() + 1) });
  const looks = items.flatMap(({ packed, writtenAt }) =>
    decodeLooks(looksVersion, packed, writtenAt).map((look) => ({ ...look, writtenAt })),
  );
  return looks.filter(({ slot, at }) => slots()[slot]?.id === id && at >= since).at(-1);
};

/** What a tick found out: by the run's bytes, and where it left an endpoint to the slow lane, by the look at it. */
const seenByATick = async (): Promise<Record<string, string>> => {
  const since = epochMs(Date.now());
  const outcomes = decodeRun(runVersion, (await tick()).codes);
  const seen = slots().map(async ({ id }, slot): Promise<[string, string]> => {
    const outcome = outcomes[slot];
    if (outcome && outcome.state !== 'not-due') return [id, told(outcome)];
    return [id, told((await until(`a look at ${id}`, 20_000, () => lookAt(id, since))).outcome)];
  });
  return Object.fromEntries(await Promise.all(seen));
};

const noticesTo = async (client: string, kind: string): Promise<readonly Notice[]> =>
  (await inbox.read()).filter(
    ({ topicArn, attributes }) => topicArn === stack.topicOf(client) && attributes.kind === kind,
  );
const firstNotice = (client: string, kind: string): Promise<Notice> =>
  until(`a notice ${kind} to ${client}`, 30_000, async () => (await noticesTo(client, kind))[0]);

beforeAll(async () => {
  const decoded = decodeFolder(clientFiles(ports, Date.now()), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  plan = decoded.value;
  await Promise.all([http.start(), tcp.start()]);
});
afterAll(() => Promise.all([http.stop(), tcp.stop()]));

describe('stage 1 and 2, probes and samples', () => {
  // Not earlier: what the schedule found before the endpoints were started is no matter of these tests.
  beforeAll(async () => {
    inbox = await openInbox('e2e');
    for (const topic of [stack.topicOf('alpha'), stack.topicOf('beta'), inject('outputs').OpsTopic])
      await inbox.follow(topic);
  });

  test('both endpoints are visited over real sockets, and the run that is stored says up', async () => {
    const [before, tcpBefore] = [http.visits(), tcp.visits()];
    expect(await seenByATick()).toMatchObject({ 'alpha/web/page': 'up', 'beta/web/page': 'up' });
    expect([http.visits(), tcp.visits()]).toEqual([before + 1, tcpBefore + 1]);
  });

  test('a run is one item under one write unit, and the same minute is never written again', async () => {
    const stored = await tick();
    const visits = http.visits();
    await stack.tick(stored.scheduledAt);
    await until('the second visit', 20_000, async () => (http.visits() > visits ? true : undefined));
    await sleep(500);
    const [again] = await stack.runs.between(stack.place, 0, {
      start: stored.scheduledAt,
      end: epochMs(stored.scheduledAt + 1),
    });
    expect(again).toEqual(stored);
  });

  test('a page without its text, seen twice, and a page that is back', async () => {
    const visits = http.visits();
    page = 'something else';
    expect((await seenByATick())['alpha/web/page']).toBe('down: content');
    expect(http.visits()).toBe(visits + 2); // the second attempt
    page = 'all well';
    expect((await seenByATick())['alpha/web/page']).toBe('up'); // one failure is no outage: nothing is told below
  });
});

describe('stage 3, the outage notice', () => {
  let opened: Notice;

  test('an endpoint that is stopped is an outage at the second failure, told to its client alone', async () => {
    await http.stop();
    expect((await seenByATick())['alpha/web/page']).toBe('down: refused');
    await sleep(1_500);
    expect(await noticesTo('alpha', 'outage-opened')).toEqual([]);
    await tick();
    opened = await firstNotice('alpha', 'outage-opened');
    expect(opened.attributes).toMatchObject({ client: 'alpha', service: 'web', severity: 'critical' });
    expect(opened.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(outageJsonSchema.parse(opened.json)).toMatchObject({ cause: 'refused', endpoint: { id: 'alpha/web/page' } });
    expect(await noticesTo('beta', 'outage-opened')).toEqual([]);
  });

  test("the provider's topic has it under the same event id", async () => {
    const { eventId } = opened;
    const ops = await until('the notice to the provider', 10_000, async () =>
      (await inbox.read()).find(
        (notice) => notice.eventId === eventId && notice.topicArn === inject('outputs').OpsTopic,
      ),
    );
    expect(ops.attributes.kind).toBe('outage-opened');
  });

  test('an endpoint that comes back is seen within ten seconds, without a tick, and told once', async () => {
    await http.start();
    const backAt = epochMs(Date.now());
    const { writtenAt, outcome } = await until('the look', 20_000, () => lookAt('alpha/web/page', backAt));
    expect(outcome.state).toBe('up');
    expect(writtenAt - backAt).toBeLessThanOrEqual(10_000);
    const closed = await firstNotice('alpha', 'outage-closed');
    expect(outageJsonSchema.parse(closed.json)).toMatchObject({ reason: 'recovered' });
    await tick();
    await sleep(1_000);
    const idsOf = async (kind: string) => (await noticesTo('alpha', kind)).map(({ eventId }) => eventId);
    expect(await idsOf('outage-opened')).toEqual([opened.eventId]);
    expect(await idsOf('outage-closed')).toEqual([closed.eventId]);
  });

  test('a crash between sending and marking repeats the message under its id, and then it is marked', async () => {
    const pk = `OUT#${opened.eventId}#client/alpha`;
    const Key = { pk: { S: pk }, sk: { S: 'OUT' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: RecordsTable, Key }));
    if (Item === undefined) throw new Error('the message is not in the outbox');
    const { sentAt, expires, ...unmarked } = Item;
    expect([sentAt, expires]).not.toContain(undefined);
    // As a function leaves it that is killed after SNS took the message. `OUT#` items wake notify on INSERT alone.
    await dynamodb.send(
      new PutItemCommand({
        TableName: RecordsTable,
        Item: { ...unmarked, pending: { S: '1' }, createdAt: { N: String(Date.now() - 5 * minuteMs) } },
      }),
    );
    await stack.invoke(inject('outputs').WatchFunction, {});
    await until('the repeat', 10_000, async () =>
      (await noticesTo('alpha', 'outage-opened')).length === 2 ? true : undefined,
    );
    await stack.invoke(inject('outputs').WatchFunction, {});
    await sleep(1_000);
    const ids = (await noticesTo('alpha', 'outage-opened')).map(({ eventId }) => eventId);
    expect(ids).toEqual([opened.eventId, opened.eventId]);
  });
});

describe('stage 4 and 5, settlement and the credit notice', () => {
  const covered = coveredSpan(period);
  const { end: monthEnd } = monthSpan(period, zone);
  const outage: Invented = {
    endpoint: 'alpha/web/page',
    interval: {
      start: epochMs(covered.start + dayMs + 10 * 3_600_000),
      end: epochMs(covered.start + dayMs + 14 * 3_600_000),
    },
  };
  const brokenDay = (): EpochMs => utcDaysIn(covered)[1] ?? covered.start;
  const brokenKey = () => ({ pk: { S: `DAY#beta/web/page#${stack.place}` }, sk: { N: String(brokenDay()) } });
  let kept: Awaited<ReturnType<typeof readBroken>>;
  const readBroken = async () =>
    (await dynamodb.send(new GetItemCommand({ TableName: SamplesTable, Key: brokenKey() }))).Item;

  test('past days are stored, compacted by the nightly function, and wake nobody', async () => {
    const told = (await inbox.read()).length;
    const days = utcDaysIn(monthSpan(period, zone));
    const broken = brokenDay();
    const month = {
      plan: { ...plan, clients: plan.clients.filter(({ id }) => id === 'alpha' || id === 'beta') }, // who have that month

      days,
      outages: [outage],
      isStored: (day: EpochMs) => day === broken || day === broken + dayMs,
    };
    const { samples, stored } = await replayMonth(stack, month, () => {});
    expect(stored).toBe(2);
    expect(samples).toBe(days.length * 2 * (dayMs / minuteMs));
    const run = await stack.runs.between(stack.place, 0, {
      start: outage.interval.start,
      end: epochMs(outage.interval.start + minuteMs),
    });
    expect(run).toHaveLength(1);
    await sleep(1_500);
    expect((await inbox.read()).length).toBe(told);
  });

  test("one client's broken evidence does not keep another's statement", async () => {
    kept = await readBroken();
    if (kept === undefined) throw new Error('the day is not there');
    await dynamodb.send(new PutItemCommand({ TableName: SamplesTable, Item: { ...kept, v: { N: '99' } } }));
    await stack.settle(period);
    expect(await stack.statements.revisions('alpha', period)).toHaveLength(1);
    expect(await stack.statements.revisions('beta', period)).toEqual([]);
    const summary = await until('the summary', 20_000, async () =>
      // Other runs of the same month told theirs before.
      (await inbox.read()).findLast(
        ({ attributes, json }) => attributes.kind === 'settlement' && JSON.stringify(json).includes('beta'),
      ),
    );
    expect(summary.json).toMatchObject({ period, counts: { failed: 1 } });
  });

  test('the statement in S3 holds the outage to the second, and the credit that the contract promises', async () => {
    const [record] = await stack.statements.revisions('alpha', period);
    if (record === undefined) throw new Error('no statement');
    const text = await stack.documents.get(record.documents.json);
    const statement = statementSchema.parse(JSON.parse(text ?? ''));
    const [service] = statement.services;
    const { downMs, outages } = service?.parts[0]?.clauses[0]?.time ?? {};
    // From the first failed probe to the first good one: up to a minute, and the schedule's jitter, from four hours.
    expect(outages).toHaveLength(1);
    expect(Math.abs(Number(downMs?.measured) - 4 * 3_600_000)).toBeLessThan(70_000);
    expect(record.creditMinor).toBeGreaterThan(0);
    expect(statement.creditMinor).toBe(record.creditMinor);
    const html = await stack.documents.get(record.documents.html);
    expect(html).toMatch(/<html[^>]*lang="fr"/);
    expect(html).toContain('Clinique Alphée');
    expect(monthEnd).toBeLessThan(Date.now());
  });

  test("the credit notice and the statement's reach the client's queue, under the statement's figures", async () => {
    const [record] = await stack.statements.revisions('alpha', period);
    for (const kind of ['credit', 'statement']) {
      const notice = await firstNotice('alpha', kind);
      expect(statementJsonSchema.parse(notice.json)).toMatchObject({
        kind,
        period,
        currency: 'EUR',
        credit_minor: record?.creditMinor,
      });
    }
  });

  test('settling again settles what had failed, changes nothing else and sends nothing twice', async () => {
    if (kept === undefined) throw new Error('nothing was broken');
    await dynamodb.send(new PutItemCommand({ TableName: SamplesTable, Item: kept }));
    const before = await stack.statements.revisions('alpha', period);
    await stack.settle(period);
    await firstNotice('beta', 'statement');
    expect(await stack.statements.revisions('alpha', period)).toEqual(before);
    const [beta] = await stack.statements.revisions('beta', period);
    expect(beta).toMatchObject({ currency: 'USD', creditMinor: 0, status: 'issued' });
    const ledgers = await Promise.all(['alpha', 'beta'].map((client) => stack.statements.ledger(client)));

    await stack.settle(period);
    await sleep(2_000); // time for a notice that must not come
    expect(await Promise.all(['alpha', 'beta'].map((client) => stack.statements.ledger(client)))).toEqual(ledgers);
    for (const kind of ['credit', 'statement']) expect(await noticesTo('alpha', kind)).toHaveLength(1);
    expect(await noticesTo('beta', 'statement')).toHaveLength(1);
    expect(await noticesTo('beta', 'credit')).toEqual([]);
  });
});
