/** The stack's own schedules: seen at work once, with every endpoint well, and then paused, so that each later round is a test's own. */
import { expect, inject, test } from 'vitest';
import * as z from 'zod';
import { openDeployed } from '../../cli/demo/deployed.ts';
import { localRegion } from '../../cli/demo/local-aws.ts';
import { until } from '../../cli/demo/story.ts';
import { type Asked, openService } from '../../shared/adapters/signed/client.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, type Outcome, runVersion } from '../../shared/probe/run.ts';
import { epochMs } from '../../shared/time/span.ts';
import { clientFiles, otherRegion } from './clients.ts';

const ports = inject('ports');
const stack = openDeployed(inject('endpoint'), inject('outputs'));
const listSchema = z.object({ Schedules: z.array(z.object({ Name: z.string(), GroupName: z.string() })) });
const scheduleSchema = z.looseObject({ State: z.enum(['ENABLED', 'DISABLED']) });

const askScheduler = async (region: string, asked: Omit<Asked, 'headers'>): Promise<unknown> => {
  const service = openService('scheduler', () => '', { region });
  const { status, text } = await service.ask({ ...asked, headers: { 'content-type': 'application/json' } });
  if (status !== 200) throw new Error(`${asked.method} ${asked.path}: ${status} ${text}`);
  return JSON.parse(text);
};

/** How many a region has. */
const pauseAll = async (region: string): Promise<number> => {
  const { Schedules } = listSchema.parse(await askScheduler(region, { method: 'GET', path: '/schedules', body: '' }));
  for (const { Name, GroupName } of Schedules) {
    const path = `/schedules/${Name}`;
    const schedule = await askScheduler(region, { method: 'GET', path, query: { groupName: GroupName }, body: '' });
    const paused = { ...scheduleSchema.parse(schedule), State: 'DISABLED' };
    await askScheduler(region, { method: 'PUT', path, body: JSON.stringify(paused) });
  }
  return Schedules.length;
};

test('each place begins its rounds by itself, and finds all well', async () => {
  const decoded = decodeFolder(clientFiles(ports, Date.now()), { privateAddresses: true });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const begunAt = Date.now();
  const rounds = rostersOf(decoded.value)
    .filter(({ places }) => !places.includes('agence')) // an agent is no schedule's
    .flatMap(({ places, shard, slots }) => places.map((place) => ({ place, shard, slots })));
  expect(new Set(rounds.map(({ place }) => place))).toEqual(new Set(['home', 'frankfurt', 'siege']));
  const isWell = ({ state }: Outcome): boolean => state === 'up' || state === 'unknown'; // the job has not called yet
  for (const { place, shard } of rounds)
    await until(`a round that ${place} began by itself`, 150_000, async () => {
      const asked = { start: epochMs(begunAt - 60_000), end: epochMs(Date.now() + 60_000) };
      const runs = await stack.runs.between(place, shard, asked);
      return runs.find(({ codes, startedAt }) => startedAt > begunAt && decodeRun(runVersion, codes).every(isWell));
    });
  expect(await pauseAll(localRegion)).toBe(4);
  expect(await pauseAll(otherRegion)).toBe(2);
}, 200_000);
