import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FollowOptions, openFollower } from '../../agent/follow.ts';
import { openHome } from '../../agent/home.ts';
import type { AgentDocument } from '../../shared/contract/places.ts';
import type { Roster } from '../../shared/probe/roster.ts';
import { aFolder } from './folder.ts';
import { aCheck, listening, minute, noon } from './given.ts';

const place = 'agence-lyon';
const roster: Roster = { shard: 2, places: [place], slots: [aCheck('acme/lan/router')] };

/** As `apply` writes it. */
const document: AgentDocument = { place, references: ['192.168.1.1:443'], rosters: [roster] };

const aSource = () => {
  const aws = { online: true, version: 'aaaaaaaaaaaaaaaa' as string | undefined, document: JSON.stringify(document) };
  const reach = <T>(value: T): T => {
    if (!aws.online) throw new Error('cut off');
    return value;
  };
  return Object.assign(aws, {
    source: { version: async () => reach(aws.version), document: async () => reach(aws.document) },
  });
};

const follow = async (folder: string, { source }: Pick<FollowOptions, 'source'>, of = place) => {
  const log = listening();
  return { ...(await openFollower({ folder, place: of, source, log })), log };
};

describe('the plan', () => {
  test('is asked for, and is the same after a start without a network', async () => {
    const [folder, aws] = [await aFolder(), aSource()];
    const first = await follow(folder, aws);
    expect(first.current()).toBeUndefined();
    await first.poll();
    const plan = { version: 'aaaaaaaaaaaaaaaa', rosters: [roster], references: ['192.168.1.1:443'] };
    expect(first.current()).toEqual(plan);
    aws.online = false;
    const second = await follow(folder, aws);
    expect(second.current()).toEqual(plan);
    await expect(second.poll()).rejects.toThrow('cut off');
    expect(second.current()).toEqual(plan);
  });

  test('that this agent cannot read leaves the one that it can', async () => {
    const [folder, aws] = [await aFolder(), aSource()];
    const follower = await follow(folder, aws);
    await follower.poll();
    aws.version = 'bbbbbbbbbbbbbbbb';
    aws.document = JSON.stringify({ ...document, rosters: [{ ...roster, slots: [{ kind: 'telepathy' }] }] });
    await expect(follower.poll()).rejects.toThrow();
    expect(follower.current()?.version).toBe('aaaaaaaaaaaaaaaa');
  });

  test.each([
    { name: 'damaged', change: (text: string) => text.slice(0, 40), of: place, said: 1 },
    { name: 'of another place', change: (text: string) => text, of: 'siege', said: 0 },
  ])('whose copy is $name is asked for again', async ({ change, of, said }) => {
    const [folder, aws] = [await aFolder(), aSource()];
    await (await follow(folder, aws)).poll();
    const path = join(folder, 'plan.json');
    await writeFile(path, change(await readFile(path, 'utf8')));
    const follower = await follow(folder, aws, of);
    expect(follower.current()).toBeUndefined();
    expect(follower.log.said).toHaveLength(said);
    await follower.poll();
    expect(follower.current()?.version).toBe('aaaaaaaaaaaaaaaa');
  });

  test('is none before the first was applied', async () => {
    const aws = aSource();
    aws.version = undefined;
    const follower = await follow(await aFolder(), aws);
    await follower.poll();
    expect(follower.current()).toBeUndefined();
  });
});

describe('home', () => {
  const home = { samples: 's', records: 'r', documents: 'd' };

  test('is asked once, and known after a start without a network, until it is asked again', async () => {
    const folder = await aFolder();
    const asked: number[] = [];
    let [online, now] = [true, noon];
    const open = (stack = 'Vigie') =>
      openHome({
        ...{ folder, stack, region: 'eu-west-3', log: listening(), now: () => now },
        read: async () => {
          asked.push(now);
          if (!online) throw new Error('cut off');
          return JSON.stringify({ ...home, samples: `s${asked.length}` });
        },
      });
    const first = open();
    expect(await first()).toEqual({ ...home, samples: 's1' });
    expect(await first()).toEqual({ ...home, samples: 's1' });
    expect(asked).toHaveLength(1);
    online = false;
    const second = open();
    expect(await second()).toEqual({ ...home, samples: 's1' });
    expect(await second()).toEqual({ ...home, samples: 's1' });
    expect(asked).toHaveLength(2); // a copy is not asked about each time
    [online, now] = [true, noon + 11 * minute];
    expect(await second()).toEqual({ ...home, samples: 's3' });
    online = false;
    await expect(open('Another')()).rejects.toThrow('cut off');
  });
});
