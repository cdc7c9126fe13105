import { expect, test } from 'vitest';
import { homeEnv, homeOf, homeParameter } from '../../shared/probe/home.ts';

const names = { samples: 'Vigie-Samples-A1', records: 'Vigie-Records-B2', documents: 'vigie-documents-c3' };
const asked: string[][] = [];
const parameter = async (...of: [region: string, name: string]): Promise<string> => {
  asked.push(of);
  return JSON.stringify(names);
};

test.each([
  {
    where: 'at home, by its environment',
    env: { SAMPLES_TABLE: names.samples, RECORDS_TABLE: names.records, DOCUMENTS_BUCKET: names.documents },
    is: names,
    asks: [],
  },
  { where: 'in a VPC beside it, by a copy', env: { HOME_NAMES: JSON.stringify(names) }, is: names, asks: [] },
  {
    where: 'elsewhere, by the parameter of its region',
    env: { HOME_REGION: 'eu-west-3', HOME_PARAMETER: homeParameter('Vigie') },
    is: { ...names, region: 'eu-west-3' },
    asks: [['eu-west-3', '/vigie-home/Vigie/names']],
  },
])('a function knows its home $where', async ({ env, is, asks }) => {
  asked.length = 0;
  expect(await homeOf(homeEnv.parse(env), parameter)).toEqual(is);
  expect(asked).toEqual(asks);
});

test('half a home is none', async () => {
  expect(homeEnv.safeParse({ SAMPLES_TABLE: 'a', RECORDS_TABLE: 'b' }).success).toBe(false);
  await expect(homeOf({ HOME_NAMES: '{"samples":"a"}' }, parameter)).rejects.toThrow();
});
