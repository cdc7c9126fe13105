import { describe, expect, test } from 'vitest';
import { main } from '../../cli/program.ts';
import type { ClientPlan, Plan } from '../../shared/contract/plan.ts';
import { epochMs } from '../../shared/time/span.ts';
import { fakeStack, noRuns } from './fake-stack.ts';
import { examplePlan, noon, run } from './run.ts';

/** What is said on standard error where each read of runs takes so long. */
const saidWhile = async (readMs: number): Promise<string[]> => {
  let now = noon;
  const said: string[] = [];
  const between = async () => {
    now = epochMs(now + readMs);
    return [];
  };
  const plan = await examplePlan();
  const terminal = { colour: false, live: false, env: {}, now: () => now, sleep: async () => {} };
  await main(
    ['status', 'hudson-legal'],
    { ...terminal, out: () => {}, err: (text: string) => void said.push(text) },
    async () => fakeStack(plan, { runs: { ...noRuns, between, newest: async () => noon } }),
  );
  return said;
};

test('what takes longer than two seconds says how far it is', async () => {
  expect(await saidWhile(100)).toEqual([]);
  const said = await saidWhile(1500);
  expect(said[0]).toMatch(/^reading \d+ days that are not compacted yet: 14 done$/);
});

describe('where several places probe', () => {
  const elsewhere = async (newest: Readonly<Record<string, number>>, options: readonly string[] = []) => {
    const example = await examplePlan();
    const places: Plan['provider']['places'] = [
      { id: 'home', kind: 'home' },
      { id: 'frankfurt', kind: 'region', region: 'eu-central-1' },
      { id: 'idle', kind: 'agent' },
    ];
    const everywhere = (client: ClientPlan): ClientPlan => ({
      ...client,
      services: client.services.map((service) => ({
        ...service,
        endpoints: service.endpoints.map((one) => ({ ...one, check: { ...one.check, places: ['frankfurt', 'home'] } })),
      })),
    });
    const [first, ...others] = example.clients;
    if (!first) throw new Error('no client');
    const plan = {
      ...example,
      provider: { ...example.provider, places },
      clients: [everywhere(first), ...others],
    };
    const runs = {
      ...noRuns,
      newest: async (place: string) => (newest[place] === undefined ? undefined : epochMs(noon - newest[place])),
    };
    return { ...(await run(['status', ...options], fakeStack(plan, { runs }))), client: first.id };
  };

  test('each is named with the age of its newest run, and one that stands still is told', async () => {
    const { out } = await elsewhere({ home: 40_000, frankfurt: 420_000 });
    expect(out).toMatch(
      /last run {3}home {7}40.sec ago\n {11}frankfurt {2}7.min ago {2}probes are not running there\n/,
    );
    expect(out).not.toContain('idle'); // which nobody asked to probe
  });

  test('one that has never run is told too', async () => {
    const { out } = await elsewhere({ home: 40_000 });
    expect(out).toMatch(/frankfurt {2}not every shard has run yet/);
  });

  test('what one of them still sees is known; what none of them sees is not', async () => {
    const client = (await elsewhere({})).client;
    expect((await elsewhere({ home: 40_000, frankfurt: 420_000 }, [client])).out).toMatch(/ up\b/);
    const blind = await elsewhere({ home: 420_000, frankfurt: 420_000 }, [client]);
    expect(blind.out).toContain('not known');
    expect(blind.out).not.toMatch(/ up\b/);
  });

  test('a machine is told the same', async () => {
    const { out } = await elsewhere({ home: 40_000 }, ['--json']);
    expect(JSON.parse(out).places).toEqual([
      { place: 'home', newestRunAt: noon - 40_000 },
      { place: 'frankfurt', newestRunAt: null },
    ]);
  });
});
