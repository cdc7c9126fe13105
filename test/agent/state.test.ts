import { describe, expect, test } from 'vitest';
import { jsonLog, seldom } from '../../agent/log.ts';
import { settingsOf } from '../../agent/settings.ts';
import { type AgentState, healthOf } from '../../agent/state-file.ts';
import { openWaits } from '../../agent/waits.ts';
import { pretendedTime } from '../probe/pretended-time.ts';
import { listening, minute, noon } from './given.ts';

const iso = (at: number) => new Date(at).toISOString();
const state: AgentState = {
  ...{ v: 1, at: iso(noon), startedAt: iso(noon - 60 * minute), agent: 'vigie-agent/1', place: 'agence-lyon' },
  ...{ plan: 'aaaaaaaaaaaaaaaa', endpoints: 12, failing: 1, lastRound: iso(noon), online: true, lastSent: iso(noon) },
  ...{ sent: 60, waiting: 0, waitingBytes: 0, onlyInMemory: 0, lost: 0, setAside: 0, rssMb: 120 },
};

describe('an agent', () => {
  test.each([
    { name: 'that works is well', over: {}, later: minute, ok: true },
    {
      name: 'that is cut off is well',
      over: { online: false, waiting: 900, lastError: 'ETIMEDOUT' },
      later: 0,
      ok: true,
    },
    { name: 'that has set files aside is well', over: { setAside: 2 }, later: 0, ok: true },
    { name: 'that stands still is ill', over: {}, later: 4 * minute, ok: false },
    { name: 'that makes no rounds is ill', over: { lastRound: iso(noon - 5 * minute) }, later: 0, ok: false },
    { name: 'that has nothing to probe is well', over: { endpoints: 0, lastRound: undefined }, later: 0, ok: true },
    { name: 'whose clock is half a minute off is well', over: { clockOffMs: -30_000 }, later: 0, ok: true },
    { name: 'whose clock is further off is ill', over: { clockOffMs: 200_000 }, later: 0, ok: false },
    { name: 'whose disk is full is ill', over: { onlyInMemory: 3 }, later: 0, ok: false },
    { name: 'that loses samples is ill', over: { lost: 1 }, later: 0, ok: false },
  ])('$name', ({ over, later, ok }) => {
    const health = healthOf({ ...state, ...over }, noon + later);
    expect(health.ok).toBe(ok);
    expect(health.lines.some((line) => line.startsWith('FAULT'))).toBe(!ok);
  });
});

describe('settings', () => {
  const given = { stack: 'Vigie' };
  const env = { VIGIE_PLACE: 'agence-lyon', AWS_REGION: 'eu-west-3', STATE_DIRECTORY: '/var/lib/vigie-agent:/other' };

  test('come from the environment, and the command line wins', () => {
    expect(settingsOf(given, { ...env, CREDENTIALS_DIRECTORY: '/run/credentials/x' })).toEqual({
      ...{ place: 'agence-lyon', stack: 'Vigie', region: 'eu-west-3', folder: '/var/lib/vigie-agent', spoolMb: 512 },
      credentials: '/run/credentials/x',
    });
    expect(
      settingsOf({ ...given, place: 'siege', region: 'eu-central-1', spool: '/data', spoolLimit: 10 }, env),
    ).toMatchObject({ place: 'siege', region: 'eu-central-1', folder: '/data', spoolMb: 10 });
  });

  test.each([
    { name: 'no place', env: { AWS_REGION: 'eu-west-3' }, says: /--place or VIGIE_PLACE/ },
    { name: 'a place that is no id', env: { ...env, VIGIE_PLACE: 'Agence Lyon' }, says: /--place or VIGIE_PLACE/ },
    { name: 'no region', env: { VIGIE_PLACE: 'siege' }, says: /--region or AWS_REGION/ },
    { name: 'a size that is none', env: { ...env, VIGIE_SPOOL_MB: 'lots' }, says: /--spool-limit/ },
  ])('with $name say what is wanted', ({ env: wrong, says }) => {
    expect(settingsOf(given, wrong)).toEqual([expect.stringMatching(says)]);
  });
});

test('what stays wrong is said once in a while, and what happens each time', () => {
  let now = noon;
  const heard = listening();
  const log = seldom(heard, () => now, 10 * minute);
  for (let n = 0; n < 25; n++) {
    log.error('cut off', { n });
    log.info('a plan', { n });
    now += minute;
  }
  expect(heard.said.filter(({ message }) => message === 'cut off').map(({ details }) => details.n)).toEqual([
    0, 10, 20,
  ]);
  expect(heard.said.filter(({ message }) => message === 'a plan')).toHaveLength(25);
});

test('a line is an object', () => {
  const lines: string[] = [];
  jsonLog(
    (line) => lines.push(line),
    () => noon,
  ).info('following a plan', { version: 'aa' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { at: iso(noon), level: 'info', message: 'following a plan', version: 'aa' },
  ]);
});

test('a bell that rang while nobody waited is heard by the next, once', async () => {
  const time = pretendedTime(noon);
  const waits = openWaits(time.sleep);
  waits.ring();
  await time.untilDone(waits.pause(minute));
  expect(time.now()).toBe(noon);
  await time.untilDone(waits.pause(minute));
  expect(time.now()).toBe(noon + minute);
  waits.end();
  await time.untilDone(waits.pause(minute));
  expect(time.now()).toBe(noon + minute);
});
