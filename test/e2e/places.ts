/** Two places, in two regions, that probe one endpoint: what each sees arrives at home, and is judged and settled together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { type Inbox, type Notice, openInbox } from '../../cli/demo/inbox.ts';
import { until } from '../../cli/demo/story.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { outageJsonSchema } from '../../shared/outage/notice.ts';
import { decodeLooks, looksVersion } from '../../shared/probe/looks.ts';
import { type Roster, rostersOf } from '../../shared/probe/roster.ts';
import type { Outcome } from '../../shared/probe/run.ts';
import { decodeRun, encodeRun, runVersion } from '../../shared/probe/run.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import { statementSchema } from '../../shared/statement/statement.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import { clientFiles, lastDay, lastMonth, otherRegion } from './clients.ts';
import { placesEndpoint } from './servers.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
const ports = inject('ports');
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const elsewhere = new LambdaClient({ region: otherRegion });

/** Places that the endpoint answers 503 to. */
const broken = new Set<string>();
const agents = new Set<string>();
const endpoint = placesEndpoint(ports.both, (agent) => {
  agents.add(agent);
  return [...broken].some((place) => agent.includes(`(${place})`)) ? 503 : 200;
});

let roster: Roster;
let minute = Math.floor(Date.now() / minuteMs) * minuteMs - 180 * minuteMs;

const tickEverywhere = async (): Promise<readonly StoredRun[]> => {
  minute += minuteMs;
  const at = epochMs(minute);
  const { FunctionError, Payload } = await elsewhere.send(
    new InvokeCommand({
      FunctionName: inject('frankfurt').TickFunction,
      Payload: JSON.stringify({ scheduledAt: new Date(at).toISOString() }),
    }),
  );
  expect(FunctionError && Payload?.transformToString()).toBeUndefined();
  await stack.tick(at);
  return Promise.all(
    roster.places.map((place) =>
      until(`the run of ${place}`, 20_000, async () => {
        const [run] = await stack.runs.between(place, roster.shard, { start: at, end: epochMs(at + 1) });
        return run;
      }),
    ),
  );
};

beforeAll(async () => {
  const decoded = decodeFolder(clientFiles(ports, Date.now()), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const plan: Plan = decoded.value;
  const found = rostersOf(plan).find(({ places }) => places.length === 2);
  if (!found) throw new Error('no roster of two places');
  roster = found;
  await endpoint.start();
});
afterAll(() => endpoint.stop());

describe('a region of its own', () => {
  test('probes what it shares with home and nothing else, into the tables of home', async () => {
    const runs = await tickEverywhere();
    expect(runs.map(({ place, shard }) => [place, shard])).toEqual([
      ['frankfurt', roster.shard],
      ['home', roster.shard],
    ]);
    for (const { codes } of runs) expect(decodeRun(runVersion, codes)).toMatchObject([{ state: 'up' }]);
    const asked = { start: epochMs(minute), end: epochMs(minute + 1) };
    expect(await stack.runs.between('frankfurt', 0, asked)).toEqual([]);
  });

  test('looks again by itself at what only it sees fail', async () => {
    broken.add('frankfurt');
    const since = epochMs(Date.now());
    const [, home] = await tickEverywhere();
    expect(decodeRun(runVersion, home?.codes ?? new Uint8Array())).toMatchObject([{ state: 'up' }]);
    const { packed, writtenAt } = await until('the look', 20_000, async () => {
      const asked = { start: since, end: epochMs(Date.now() + 1) };
      return (await stack.runs.looksBetween('frankfurt', roster.shard, asked))[0];
    });
    expect(decodeLooks(looksVersion, packed, writtenAt)).toMatchObject([
      { outcome: { state: 'down', cause: 'status' } },
    ]);
    broken.delete('frankfurt');
  });

  test('says to web servers where it asks from', () => {
    expect([...agents].sort()).toEqual(['vigie/1 (frankfurt)', 'vigie/1 (home)']);
  });
});

describe('the month', () => {
  /** What a place saw of the last day: up but for some hours. */
  const dayOf = (place: string, planVersion: string, downFrom: number, downTo: number): StoredRun[] => {
    const day = Date.parse(`${lastDay(Date.now())}T00:00Z`);
    return Array.from({ length: dayMs / minuteMs }, (_, i): StoredRun => {
      const scheduledAt = epochMs(day + i * minuteMs);
      const hour = (i * minuteMs) / hourMs;
      const outcome: Outcome =
        hour >= downFrom && hour < downTo ? { state: 'down', cause: 'status' } : { state: 'up', latencyMs: 20 };
      const codes = encodeRun([outcome]);
      return { place, shard: roster.shard, scheduledAt, startedAt: scheduledAt, planVersion, codes };
    });
  };

  test('is settled from what both saw: of two places, both must see an outage', async () => {
    const planVersion = (await stack.pointers.current())?.version ?? '';
    await stack.runs.importAll(dayOf('home', planVersion, 2, 6));
    await stack.runs.importAll(dayOf('frankfurt', planVersion, 5, 7));
    await stack.invoke(inject('outputs').CompactFunction, { day: lastDay(Date.now()) });
    const period = lastMonth(Date.now());
    await stack.settle(period, ['delta']);
    const [record] = await stack.statements.revisions('delta', period);
    const statement = statementSchema.parse(
      JSON.parse((await stack.documents.get(record?.documents.json ?? { key: '' })) ?? ''),
    );
    const { outages = [] } = statement.services[0]?.parts[0]?.clauses[0]?.time ?? {};
    const at = (hour: number): EpochMs => epochMs(Date.parse(`${lastDay(Date.now())}T00:00Z`) + hour * hourMs);
    expect(outages).toMatchObject([{ start: at(5), end: at(6) }]);
  });
});

describe('an outage', () => {
  const page = 'delta/web/page';
  let inbox: Inbox;
  const toldOf = async (kind: string): Promise<readonly Notice[]> =>
    (await inbox.read()).filter(({ attributes }) => attributes.client === 'delta' && attributes.kind === kind);
  const state = async () => (await stack.detections.load(roster.shard)).state.endpoints[page];
  /** Ticks until something is so: a failure is stored by the slow lane, some time after its round. */
  const tickUntil = <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> =>
    until(what, 90_000, async () => {
      const answer = await ask();
      if (answer === undefined) await tickEverywhere();
      return answer;
    });

  beforeAll(async () => {
    inbox = await openInbox('e2e-places');
    await inbox.follow(stack.topicOf('delta'));
  });

  test('that one of two places sees is none', async () => {
    broken.add('frankfurt');
    await tickUntil('frankfurt to be sure', async () => {
      const view = (await state())?.views.frankfurt;
      return view?.kind === 'failing' && view.confirmed ? view : undefined;
    });
    await tickEverywhere();
    await sleep(3_000); // time for an outage that must not come
    expect((await state())?.views.home?.kind ?? 'well').toBe('well'); // or nothing of it is remembered
    expect((await state())?.outage).toBeUndefined();
    expect(await toldOf('outage-opened')).toEqual([]);
  });

  test('that both see is one, and told once', async () => {
    broken.add('home');
    const { places } = await tickUntil('the outage', async () => (await state())?.outage);
    expect(places).toEqual(['frankfurt', 'home']);
    const [notice] = await until('its notice', 20_000, async () => {
      const told = await toldOf('outage-opened');
      return told.length > 0 ? told : undefined;
    });
    expect(outageJsonSchema.parse(notice?.json)).toMatchObject({ cause: 'status', endpoint: { id: page } });
    await tickEverywhere();
    await sleep(3_000);
    expect(await toldOf('outage-opened')).toHaveLength(1);
  });

  test('is over when one of two sees it well', async () => {
    broken.delete('frankfurt');
    const [notice] = await tickUntil('its end', async () => {
      const told = await toldOf('outage-closed');
      return told.length > 0 ? told : undefined;
    });
    expect(outageJsonSchema.parse(notice?.json)).toMatchObject({ reason: 'recovered' });
    broken.clear();
    expect(await toldOf('outage-opened')).toHaveLength(1);
  });
});
