import { expect, test } from 'vitest';
import { openRosterParts } from '../../../shared/adapters/s3/roster-parts.ts';
import { canonicalJson } from '../../../shared/contract/canonical.ts';
import { partOf } from '../../../shared/probe/roster.ts';
import { aCheck } from '../../functions/pretended-place.ts';

const roster = { shard: 3, places: ['home'], slots: ['a', 'b', 'c'].map((id) => aCheck(id)) };
const [idOfA, idOfB] = ['acme/mail/a', 'acme/mail/b'];

const scene = () => {
  const read: string[] = [];
  const get = async ({ key }: { readonly key: string }): Promise<string | undefined> => {
    read.push(key);
    return key === 'plans/v1/shards/3.json' ? canonicalJson(roster) : undefined;
  };
  return { read, part: openRosterParts({ get }) };
};

test.each([
  { name: 'slots', wanted: { slots: [2, 0] } },
  { name: 'ids', wanted: { ids: [idOfB, 'acme/mail/gone'] } },
  { name: 'nothing', wanted: { ids: [] } },
])('by $name, a part is what the whole roster would give', async ({ wanted }) => {
  const { checks, shard } = await scene().part('v1', 3, wanted);
  const whole = partOf(roster, wanted);
  expect(shard).toBe(3);
  expect(new Map([...checks].sort())).toEqual(whole.checks);
});

test('a roster is read again only for a check that nobody asked for before', async () => {
  const { read, part } = scene();
  await part('v1', 3, { ids: [idOfA, 'acme/mail/gone'] });
  await part('v1', 3, { ids: [idOfA, 'acme/mail/gone'] });
  await part('v1', 3, { slots: [0] });
  expect(read).toHaveLength(1);
  expect([...(await part('v1', 3, { ids: [idOfA, idOfB] })).checks.keys()]).toEqual([0, 1]);
  expect([...(await part('v1', 3, { ids: [idOfB] })).checks.keys()]).toEqual([1]);
  expect(read).toHaveLength(2);
});

test('a shard that is not there is told, and asked for again', async () => {
  const { read, part } = scene();
  for (let again = 0; again < 2; again++)
    await expect(part('v2', 3, { slots: [0] })).rejects.toThrow('there is no document plans/v2/shards/3.json');
  expect(read).toHaveLength(2);
});
