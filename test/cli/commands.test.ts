import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exits, Refusal } from '../../cli/refusal.ts';
import { wantsColour } from '../../cli/terminal.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { epochMs } from '../../shared/time/span.ts';
import { missedInParis } from '../statement/render/fixtures.ts';
import { fakeStack, noRuns } from './fake-stack.ts';
import { examplePlan, examplesDir, noon, run } from './run.ts';

let plan: Plan;
beforeAll(async () => {
  plan = await examplePlan();
});

const scratch = (): string => mkdtempSync(join(tmpdir(), 'vigie-cli-'));

describe('vigie validate', () => {
  test('says how much there is where all is well', async () => {
    expect(await run(['validate', examplesDir])).toMatchObject({
      code: exits.done,
      out: expect.stringMatching(/^valid {2}examples\/atelier-ops: \d+ clients, \d+ endpoints$/),
    });
  });

  test('shows every problem with its file and line, and fails', async () => {
    const folder = scratch();
    await cp(examplesDir, folder, { recursive: true });
    writeFileSync(
      join(folder, 'clients', 'wrong.yaml'),
      'id: wrong\nname: Wrong\nsince: 2026-01-01\nzone: Mars/Base\n',
    );
    const { code, out, err } = await run(['validate', folder]);
    expect(code).toBe(exits.problems);
    expect(out).toMatch(/clients\/wrong\.yaml:4:\d+ {2}zone {2}unknown-zone: saw .*Mars\/Base.*, want /);
    expect(err).toMatch(/problems? in 1 file; nothing was changed/);
    const { out: json } = await run(['validate', folder, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.objectContaining({ code: 'unknown-zone', line: 4 })]),
    });
  });

  test('a folder that is not there is a wrong command line', async () => {
    expect(await run(['validate', '/nowhere'])).toMatchObject({
      code: exits.usage,
      err: expect.stringContaining('cannot read the folder /nowhere'),
    });
  });
});

describe('vigie apply', () => {
  test('shows what comes and goes, puts it into force, and has nothing to do the second time', async () => {
    const [first, ...others] = plan.clients;
    const stack = fakeStack({ ...plan, clients: [...others, { ...(first as Plan['clients'][number]), id: 'leaver' }] });
    const dry = await run(['apply', examplesDir, '--dry-run'], stack);
    expect(dry.out).toContain('- client leaver');
    expect(dry.out).toContain(`+ client ${first?.id}`);
    expect(dry.out).toContain('nothing was changed');
    expect(stack.files.size).toBe(0);

    expect((await run(['apply', examplesDir], stack)).out).toMatch(/applied {2}plan [0-9a-f]{16}, number 2/);
    expect((await run(['apply', examplesDir], stack)).out).toMatch(/^nothing to change/);
  });

  test('with one problem nothing reaches the stack', async () => {
    const folder = scratch();
    await cp(examplesDir, folder, { recursive: true });
    writeFileSync(join(folder, 'clients', 'wrong.yaml'), 'id: wrong\n');
    expect(await run(['apply', folder])).toMatchObject({ code: exits.problems });
  });
});

describe('vigie maintenance', () => {
  const add = ['maintenance', 'add', 'hudson-legal', '--from', '2026-11-28T22:00', '--reason', 'Storage upgrade'];

  test("a window is on the client's own clock, and declared now", async () => {
    const stack = fakeStack(plan);
    const { code, out, err } = await run([...add, '--for', '1h30m', '--service', 'documents'], stack);
    expect({ code, err }).toEqual({ code: exits.done, err: '' });
    expect(out).toMatch(
      /^declared {2}2026-11-28-[0-9a-f]{6} {2}November 28, 2026, 22:00\u00a0– 23:30 \(America\/New_York\)/,
    );
    expect(stack.declared.get('hudson-legal')).toMatchObject([
      {
        start: Date.UTC(2026, 10, 29, 3),
        end: Date.UTC(2026, 10, 29, 4, 30),
        declaredAt: noon,
        kind: 'scheduled',
        services: ['documents'],
        by: 'nadia',
      },
    ]);
  });

  test('too short a notice is told while the window can still be moved', async () => {
    const { err } = await run(
      [
        'maintenance',
        'add',
        'hudson-legal',
        '--from',
        '2026-11-23T22:00',
        '--for',
        '4h',
        '--reason',
        'x',
        '--service',
        'documents',
      ],
      fakeStack(plan),
    );
    expect(err).toMatch(/documents: declared 15.hr ahead, the contract asks 3.days; an outage in it will count/);
  });

  test('the same window twice is one window', async () => {
    const stack = fakeStack(plan);
    await run([...add, '--for', '1h'], stack);
    expect(await run([...add, '--for', '1h'], stack)).toMatchObject({ code: exits.problems });
    expect(stack.declared.get('hudson-legal')).toHaveLength(1);
  });

  test('a cancelled window stays on record', async () => {
    const stack = fakeStack(plan);
    await run([...add, '--for', '1h'], stack);
    const id = stack.declared.get('hudson-legal')?.[0]?.id ?? '';
    expect(await run(['maintenance', 'cancel', 'hudson-legal', id], stack)).toMatchObject({ code: exits.done });
    expect((await run(['maintenance', 'list', 'hudson-legal'], stack)).out).toContain('cancelled by nadia');
    expect(await run(['maintenance', 'cancel', 'hudson-legal', id], stack)).toMatchObject({ code: exits.problems });
  });

  test.each([
    { name: 'no end', options: [], err: 'when does it end?' },
    { name: 'two ends', options: ['--for', '1h', '--to', '2026-11-29T00:00'], err: 'when does it end?' },
    { name: 'an end before the start', options: ['--to', '2026-11-28T21:00'], err: 'ends before it begins' },
    { name: 'an unreadable end', options: ['--to', 'tomorrow'], err: '"tomorrow" is no instant' },
    { name: 'a service that is not theirs', options: ['--for', '1h', '--service', 'nope'], err: 'Services: ' },
    { name: 'a length that is none', options: ['--for', 'soon'], err: 'Want a duration such as 90m' },
  ])('$name is refused', async ({ options, err }) => {
    const stack = fakeStack(plan);
    expect(await run([...add, ...options], stack)).toMatchObject({
      code: exits.usage,
      err: expect.stringContaining(err),
    });
    expect(stack.declared.size).toBe(0);
  });
});

describe('vigie status', () => {
  test('one line a client, and whether probes run at all', async () => {
    const { out, code } = await run(['status'], fakeStack(plan));
    expect(code).toBe(exits.done);
    expect(out).toContain('not every shard has run yet');
    for (const { id } of plan.clients) expect(out).toContain(id);
  });

  test('a client in detail: what is down, and the budget of the running month', async () => {
    const [client] = plan.clients;
    const endpoint = client?.services[0]?.endpoints[0]?.id ?? '';
    const openedAt = noon - 240_000;
    const stack = fakeStack(plan, {
      runs: { ...noRuns, newest: async () => noon },
      detections: {
        outages: async () => [],
        load: async () => ({
          rev: 1,
          state: {
            applied: {},
            endpoints: {
              [endpoint]: {
                views: {},
                outage: {
                  endpoint,
                  places: ['home'],
                  openedAt: openedAt as typeof noon,
                  confirmedAt: noon,
                  cause: 'refused',
                  told: true,
                },
              },
            },
          },
        }),
      },
    });
    const { out } = await run(['status', client?.id ?? ''], stack);
    expect(out).toMatch(new RegExp(`${endpoint}\\s+down: refused\\s+4.min ago`));
    expect(out).toContain('error budget used');
  });

  test('without a fresh run nothing is said to be up', async () => {
    const stack = fakeStack(plan, { runs: { ...noRuns, newest: async () => epochMs(noon - 600_000) } });
    const { out } = await run(['status', 'hudson-legal'], stack);
    expect(out).toMatch(/last run +10.min ago +probes are not running/);
    expect(out).toContain('not known');
    expect(out).not.toMatch(/ up\b/);
  });

  test('a client that nobody knows is a wrong command line, and says who is known', async () => {
    expect(await run(['status', 'nobody'], fakeStack(plan))).toMatchObject({
      code: exits.usage,
      err: expect.stringContaining('hudson-legal'),
    });
  });
});

describe('vigie settle', () => {
  test('tells how each client ended, and fails where somebody must look', async () => {
    const stack = fakeStack(plan, {
      settlement: async () => ({ state: 'done', output: { period: '2026-10', run: 'r1', clients: 3, leftOver: 2 } }),
      settlements: {
        outcomes: async () => [
          { client: 'hudson-legal', outcome: 'issued', revision: 1, creditMinor: 190_00, currency: 'USD' },
          { client: 'brasserie-du-port', outcome: 'held' },
        ],
      },
    });
    const { code, out, err } = await run(['settle', '--month', '2026-10', '--revise'], stack);
    expect(stack.started).toEqual([{ period: '2026-10', revise: true }]);
    expect(out).toMatch(/hudson-legal +r1 +\$190\.00 +issued/);
    expect(out).toMatch(/brasserie-du-port +held: too little was measured/);
    expect(err).toContain('1 client could not be settled');
    expect(code).toBe(exits.problems);
  });

  test('a settlement that fails says why', async () => {
    const stack = fakeStack(plan, { settlement: async () => ({ state: 'failed', cause: 'no contract was live' }) });
    expect(await run(['settle', '--month', '2026-10', '--client', 'x', 'y'], stack)).toMatchObject({
      code: exits.problems,
      err: expect.stringContaining('no contract was live'),
    });
    expect(stack.started).toEqual([{ period: '2026-10', clients: ['x', 'y'] }]);
  });

  test.each(['2026-13', '10-2026', 'october'])('%s is no month', async (month) => {
    expect(await run(['settle', '--month', month])).toMatchObject({ code: exits.usage });
  });
});

describe('vigie statement', () => {
  const record = {
    client: 'atelier-dubois',
    period: '2026-10',
    revision: 1,
    status: 'issued' as const,
    inputsHash: '',
    figuresHash: '',
    statementHash: '',
    planVersion: '',
    currency: 'EUR',
    creditMinor: 240_00,
    settledAt: noon,
    documents: { json: { key: 'statement.json' }, html: { key: 'statement.html' } },
    past: { period: '2026-10', creditMinor: 0, franchiseMinor: 0, services: {} },
  };
  const issued = () => {
    const stack = fakeStack(plan, {
      statements: {
        revisions: async () => [record],
        held: async () => [],
        issued: async () => [record],
        ledger: async () => [],
      },
    });
    stack.files.set('statement.json', JSON.stringify(missedInParis)).set('statement.html', '<!doctype html>');
    return stack;
  };

  test("shows the verdict in the client's language, or the data, or saves the page", async () => {
    const show = ['statement', 'atelier-dubois', '--month', '2026-10'];
    expect((await run(show, issued())).out).toContain('1 service sur 2 n’a pas tenu ses engagements');
    expect(JSON.parse((await run([...show, '--json'], issued())).out)).toEqual(missedInParis);
    const file = join(scratch(), 'page.html');
    await run([...show, '--html', file], issued());
    expect(readFileSync(file, 'utf8')).toBe('<!doctype html>');
  });

  test('a month that was not settled says how to settle it', async () => {
    expect(await run(['statement', 'x', '--month', '2026-09'], fakeStack(plan))).toMatchObject({
      code: exits.problems,
      err: expect.stringContaining('vigie settle --month 2026-09 --client x'),
    });
  });
});

describe('vigie contract', () => {
  test('shows every term with the line that it came from', async () => {
    const { out } = await run(['contract', 'show', 'hudson-legal', '--clients', examplesDir, '--at', '2026-10-20']);
    expect(out).toMatch(/target +provider\.yaml:\d+ +99\.95 %/);
    expect(out).toMatch(/tier +clients\/hudson-legal\.yaml:\d+ +premium/);
  });

  test.each(['fr', 'en'])('renders the schedule in %s', async (language) => {
    const argv = ['contract', 'render', 'clinique-saint-roch', '--clients', examplesDir, '--at', '2026-10-20'];
    const { out } = await run([...argv, '--language', language]);
    await expect(`${out}\n`).toMatchFileSnapshot(`clinique-saint-roch.${language}.md`);
  });
});

describe('the command line', () => {
  test.each([
    ['--help'],
    ...['validate', 'apply', 'status', 'settle', 'statement', 'simulate', 'contract', 'maintenance'].map((one) => [
      one,
      '--help',
    ]),
  ])('%s %s helps', async (...argv) => {
    expect(await run(argv)).toMatchObject({ code: exits.done, out: expect.stringContaining('Usage: vigie') });
  });

  test('every command that does something shows an example', async () => {
    const commands = [
      'validate',
      'apply',
      'status',
      'settle',
      'statement',
      'simulate',
      'contract show',
      'contract render',
      'maintenance add',
      'maintenance list',
      'maintenance cancel',
      'maintenance export',
      'maintenance import',
    ];
    for (const command of commands) {
      const { out } = await run([...command.split(' '), '--help']);
      expect(out, command).toContain(`$ vigie ${command}`);
    }
  });

  test.each([
    { name: 'no stack', error: new Refusal(exits.aws, 'there is no stack "Vigie"'), err: 'there is no stack' },
    {
      name: 'no credentials',
      error: Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
      err: 'no AWS credentials',
    },
    { name: 'no region', error: new Error('Region is missing'), err: 'Set AWS_REGION' },
    {
      name: 'nobody at the address',
      error: new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })]),
      err: 'cannot be reached (ECONNREFUSED)',
    },
    {
      name: 'a denied call',
      error: Object.assign(new Error('not you'), { name: 'AccessDeniedException' }),
      err: 'denied',
    },
  ])('$name ends with 3 and says what to do', async ({ error, err }) => {
    expect(await run(['status'], () => Promise.reject(error))).toMatchObject({
      code: exits.aws,
      err: expect.stringContaining(err),
    });
  });

  test('a bug is not dressed up as an answer', async () => {
    await expect(run(['status'], () => Promise.reject(new TypeError('x is undefined')))).rejects.toThrow(TypeError);
  });

  test.each([
    { env: { NO_COLOR: '1', FORCE_COLOR: '1' }, live: true, colour: false },
    { env: { FORCE_COLOR: '1' }, live: false, colour: true },
    { env: {}, live: true, colour: true },
    { env: {}, live: false, colour: false },
    { env: { TERM: 'dumb' }, live: true, colour: false },
  ])('$env on a terminal: $live, colours: $colour', ({ env, live, colour }) => {
    expect(wantsColour(env, live)).toBe(colour);
  });
});

describe('vigie heartbeat', () => {
  const beating = (generation?: number) => {
    const [first, ...others] = plan.clients;
    if (!first) throw new Error('no client');
    const [service, ...services] = first.services;
    const [endpoint] = service?.endpoints ?? [];
    if (!service || !endpoint) throw new Error('no endpoint');
    const id = `${first.id}/${service.id}/nightly`;
    const { everyMs, timeoutMs, confirm, quorum } = endpoint.check;
    const check = {
      ...{ id, everyMs, timeoutMs, confirm, quorum, retryMs: 0, places: ['home'] },
      ...{ kind: 'heartbeat' as const, beatEveryMs: 86_400_000, graceMs: 7_200_000 },
      ...(generation && { generation }),
    };
    const endpoints = [...service.endpoints, { id, name: 'Nightly', check }];
    const client = { ...first, services: [{ ...service, endpoints }, ...services] };
    return { id, other: endpoint.id, stack: fakeStack({ ...plan, clients: [client, ...others] }) };
  };

  test('prints the address, and lines that call it', async () => {
    const { id, stack } = beating();
    const { code, out, err } = await run(['heartbeat', id], stack);
    expect(code).toBe(exits.done);
    expect(out).toContain(`\nhttps://beats.example/${id}/signature\n`);
    expect(out).toMatch(/calls each 1\sday, at most 2\shr late/);
    expect(out).toMatch(/^17 3 \* \* \* if your-job; then curl .*\/signature; else curl .*\/signature\/fail; fi$/m);
    expect(err).toContain('Whoever knows this address can call it');
    const { out: json } = await run(['heartbeat', id, '--json'], stack);
    expect(JSON.parse(json)).toMatchObject({ endpoint: id, failUrl: expect.stringMatching(/\/signature\/fail$/) });
  });

  test('of another generation is another address', async () => {
    const { id, stack } = beating(2);
    expect((await run(['heartbeat', id], stack)).out).toContain(`\nhttps://beats.example/${id}/2/signature\n`);
  });

  test('names those that there are, where it is given another endpoint', async () => {
    const { id, other, stack } = beating();
    const refused = await run(['heartbeat', other], stack);
    expect(refused.code).toBe(exits.usage);
    expect(refused.err).toContain('does not call by itself');
    expect(refused.err).toContain(id);
    expect(await run(['heartbeat', `${id}x`], stack)).toMatchObject({
      code: exits.usage,
      err: expect.stringContaining(`there is no endpoint "${id}x"`),
    });
  });
});
