import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { run } from './run.ts';

const cost = (...args: string[]) => run(['cost', ...args]);

test('a month is told by service, with what else would cost more', async () => {
  const { code, out } = await cost('--endpoints', '1000', '--interval', '60', '--regions', '1');
  expect(code).toBe(0);
  for (const word of ['Lambda', 'EventBridge Scheduler', 'DynamoDB', 'CloudWatch', 'SNS', 'S3', 'Step Functions'])
    expect(out).toContain(word);
  expect(out).toMatch(/^1,000 HTTPS endpoints, every 60 s, from 1 region, eu-west-3\n/);
  expect(out).toMatch(/\nVigie +\$\d+\.\d\d\n/);
  expect(out).toMatch(/Route 53 health checks +\$2,750\.00 \* +\d+ times/);
  expect(out.includes('from memory')).toBe(true);
});

test('places are told, and what following failures takes', async () => {
  const { out } = await cost('--endpoints', '10', '--interval', '30', '--regions', '2', '--agents', '1');
  expect(out).toMatch(/^10 HTTPS endpoints, every 30 s, from 2 regions and 1 agent, eu-west-3\n/);
  expect(out).toMatch(/Following what fails is \$[\d.]+ of the month; were something down all month, \$[\d.]+ more/);
});

const money = z.object({ exact: z.string().regex(/^\d+(\/\d+)?$/), micros: z.int() });
const bill = z.object({ usd: money, lines: z.array(z.object({ price: z.string(), usd: money })).min(1) });
const answer = z.object({
  freeTier: z.boolean(),
  vigie: bill,
  others: z.record(z.enum(['loopingLambda', 'lambdaPerCheck', 'route53', 'synthetics']), bill),
});

test('machines are given exact dollars', async () => {
  const list = answer.parse(JSON.parse((await cost('--endpoints', '1000', '--json')).out));
  const free = answer.parse(JSON.parse((await cost('--endpoints', '1000', '--json', '--free-tier')).out));
  expect(free.freeTier).toBe(true);
  expect(free.vigie.usd.micros).toBeLessThan(list.vigie.usd.micros);
  expect(list.others.route53.usd).toEqual({ exact: '2750', micros: 2_750_000_000 });
});

describe('what it cannot answer is refused', () => {
  test.each([
    { name: 'no number of endpoints', args: [], said: /--endpoints/ },
    { name: 'no endpoint', args: ['--endpoints', '0'], said: /whole number from 1/ },
    { name: 'half an endpoint', args: ['--endpoints', '1.5'], said: /whole number from 1/ },
    { name: 'another part of a minute', args: ['--endpoints', '1', '--interval', '25'], said: /whole minutes/ },
    { name: 'another protocol', args: ['--endpoints', '1', '--protocol', 'icmp'], said: /https, http/ },
    {
      name: 'a region whose prices nobody wrote down',
      args: ['--endpoints', '1', '--home-region', 'sa-east-1'],
      said: /eu-west-3/,
    },
  ])('$name', async ({ args, said }) => {
    const { code, err } = await cost(...args);
    expect(code).toBe(2);
    expect(err).toMatch(said);
  });
});

test('the page shows what the command says today', async () => {
  const [, args = '', shown = ''] =
    /\$ vigie (cost .*)\n([\s\S]*?)```/.exec(readFileSync('docs/cost.md', 'utf8')) ?? [];
  expect(`${(await run(args.split(' '))).out}\n`).toBe(shown);
});
