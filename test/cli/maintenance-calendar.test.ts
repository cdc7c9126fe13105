import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { exits } from '../../cli/refusal.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import { expandCalendar } from '../../shared/time/icalendar-expand.ts';
import { readCalendar } from '../../shared/time/icalendar-read.ts';
import { interval } from '../../shared/time/span.ts';
import { clientOf, excused, plainTime } from '../statement/a-contract.ts';
import { type FakeStack, fakeStack } from './fake-stack.ts';
import { examplePlan, noon, run } from './run.ts';

let plan: Plan;
beforeAll(async () => {
  plan = await examplePlan();
});

const folder = mkdtempSync(join(tmpdir(), 'vigie-calendar-'));
let files = 0;
const write = (...lines: readonly string[]): string => {
  const path = join(folder, `${++files}.ics`);
  writeFileSync(path, ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'));
  return path;
};
const event = (uid: string, ...lines: readonly string[]): string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  ...lines,
  'END:VEVENT',
];
const disks = (start: string, ...more: readonly string[]) =>
  event('disks@msp', `DTSTART;TZID=America/New_York:${start}`, 'DURATION:PT2H', 'SUMMARY:New disks', ...more);

const take = (stack: FakeStack, path: string, ...more: readonly string[]) =>
  run(['maintenance', 'import', 'hudson-legal', path, ...more], stack);
const windows = (stack: FakeStack) =>
  (stack.declared.get('hudson-legal') ?? []).map(({ start, end, cancelled, reason, services, kind }) =>
    [
      new Date(start).toISOString().slice(0, 16),
      (end - start) / 3_600_000,
      reason,
      services?.join(),
      kind,
      cancelled && 'cancelled',
    ]
      .filter((one) => one !== undefined && one !== 'scheduled')
      .join(' '),
  );

describe('vigie maintenance import', () => {
  test('declares events now, on their clocks, and twice is once', async () => {
    const stack = fakeStack(plan);
    const path = write(
      ...disks('20261128T220000'),
      ...event(
        'day@msp',
        'DTSTART;VALUE=DATE:20261225',
        'SUMMARY:Closed',
        'X-VIGIE-SERVICES:documents',
        'X-VIGIE-KIND:emergency',
      ),
    );
    const first = await take(stack, path);
    expect(first).toMatchObject({ code: exits.done, err: expect.stringContaining('until 2027-11-24') });
    expect(windows(stack)).toEqual(['2026-11-29T03:00 2 New disks', '2026-12-25T05:00 24 Closed documents emergency']);
    expect(stack.declared.get('hudson-legal')?.[0]).toMatchObject({ declaredAt: noon, by: 'nadia' });
    const before = structuredClone(stack.declared);
    expect((await take(stack, path)).out).toBe('2 windows unchanged');
    expect(stack.declared).toEqual(before);
  });

  test('with --dry-run shows it and changes nothing', async () => {
    const stack = fakeStack(plan);
    const { out, err } = await take(stack, write(...disks('20261128T220000')), '--dry-run');
    expect(out).toMatch(/^declare {2}November 28, 2026 at 22:00.* {2}New disks/);
    expect(err).toContain('nothing was changed');
    expect(stack.declared.size).toBe(0);
  });

  test('moves what moved, there and back, and cancels what was cancelled', async () => {
    const stack = fakeStack(plan);
    await take(stack, write(...disks('20261128T220000')));
    expect((await take(stack, write(...disks('20261129T220000')))).out).toContain('move ');
    expect(windows(stack)).toEqual(['2026-11-29T03:00 2 New disks cancelled', '2026-11-30T03:00 2 New disks']);
    await take(stack, write(...disks('20261128T220000')));
    expect(windows(stack).slice(1)).toEqual(['2026-11-30T03:00 2 New disks cancelled', '2026-11-29T03:00 2 New disks']);
    await take(stack, write(...disks('20261128T220000', 'STATUS:CANCELLED')));
    expect(windows(stack).at(-1)).toBe('2026-11-29T03:00 2 New disks cancelled');
  });

  test('what was cancelled by hand stays cancelled, and is told', async () => {
    const stack = fakeStack(plan);
    const path = write(...disks('20261128T220000'));
    await take(stack, path);
    const id = stack.declared.get('hudson-legal')?.[0]?.id ?? '';
    await run(['maintenance', 'cancel', 'hudson-legal', id], stack);
    expect((await take(stack, path)).out).toContain(`${id} was cancelled and stays so`);
    expect(windows(stack)).toEqual(['2026-11-29T03:00 2 New disks cancelled']);
  });

  test('a series is declared for a year, its exceptions one by one; those taken out are cancelled', async () => {
    const stack = fakeStack(plan);
    const series = (...more: readonly string[]) => disks('20261101T020000', 'RRULE:FREQ=MONTHLY;BYDAY=1SU', ...more);
    await take(stack, write(...series()));
    expect(windows(stack)).toHaveLength(12);
    expect(windows(stack)[0]).toBe('2026-12-06T07:00 2 New disks'); // November's is over
    const moved = disks('20270104T020000', 'RECURRENCE-ID;TZID=America/New_York:20270103T020000');
    await take(stack, write(...series('EXDATE;TZID=America/New_York:20261206T020000'), ...moved));
    expect(windows(stack).filter((one) => one.includes('cancelled'))).toEqual([
      '2026-12-06T07:00 2 New disks cancelled',
      '2027-01-03T07:00 2 New disks cancelled',
    ]);
    expect(windows(stack)).toContain('2027-01-04T07:00 2 New disks');
    expect(windows(stack)).toHaveLength(13);
  });

  test('leaves alone what is over, and what the file does not speak about', async () => {
    const stack = fakeStack(plan);
    await take(
      stack,
      write(...disks('20261128T220000'), ...event('past', 'DTSTART:20261101T100000Z', 'DURATION:PT1H')),
    );
    await take(stack, write(...event('other', 'DTSTART:20261201T100000Z', 'DURATION:PT1H')));
    expect(windows(stack)).toEqual(['2026-11-29T03:00 2 New disks', '2026-12-01T10:00 1 Maintenance']);
  });

  test('an import that died in between ends, the second time, where one would have', async () => {
    const stack = fakeStack(plan);
    await take(stack, write(...disks('20261128T220000')));
    const path = write(...disks('20261129T220000'));
    const dying = { ...stack, windows: { ...stack.windows, cancel: () => Promise.reject(new Error('killed')) } };
    await expect(take(dying, path)).rejects.toThrow('killed');
    await take(stack, path);
    expect(windows(stack)).toEqual(['2026-11-29T03:00 2 New disks cancelled', '2026-11-30T03:00 2 New disks']);
  });

  test.each([
    {
      name: 'a zone that nobody knows',
      lines: event('a', 'DTSTART;TZID=Mars/Base:20261130T220000', 'DURATION:PT1H'),
      err: /:5 {2}unknown-zone: saw TZID=Mars\/Base/,
    },
    {
      name: 'a service that is not theirs',
      lines: disks('20261130T220000', 'X-VIGIE-SERVICES:nope'),
      err: /:8 {2}bad-value: saw the service "nope"/,
    },
    {
      name: 'a window each day, twice',
      lines: [
        ...event('a', 'DTSTART:20260101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
        ...event('b', 'DTSTART:20260101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
      ],
      err: /:13 {2}too-large/,
    },
  ])('$name: nothing at all is declared', async ({ lines, err }) => {
    const stack = fakeStack(plan);
    const ran = await take(stack, write(...disks('20261128T220000'), ...lines));
    expect(ran).toMatchObject({ code: exits.problems, err: expect.stringContaining('nothing was changed') });
    expect(ran.out.replace(/:(\d+) /, (_, line) => `:${Number(line) - 6} `)).toMatch(err);
    expect(stack.declared.size).toBe(0);
  });

  test('a file that is not there is a wrong command line', async () => {
    expect(await take(fakeStack(plan), '/nope.ics')).toMatchObject({ code: exits.usage });
  });
});

describe('vigie maintenance export', () => {
  const recurring = (more = {}) => ({
    id: 'first-sunday',
    kind: 'scheduled' as const,
    rrule: 'FREQ=MONTHLY;BYDAY=1SU',
    zone: 'Europe/Paris',
    date: '2026-01-01',
    time: '02:00',
    lengthMs: 7_200_000,
    ...more,
  });
  const under = (window = recurring()) =>
    clientOf({ measure: { maintenance: { ...plainTime.maintenance, scheduled: excused, recurring: [window] } } });
  const stackOf = (client = under()) => fakeStack({ ...plan, clients: [client] });
  const add = [
    'maintenance',
    'add',
    'acme',
    '--from',
    '2026-11-30T22:00',
    '--for',
    '90m',
    '--reason',
    'Disks, new; all',
  ];
  const shown = async (stack: FakeStack, ...more: readonly string[]): Promise<string> =>
    (await run(['maintenance', 'export', 'acme', ...more], stack)).out;

  test('writes what was declared, what was cancelled, and the contract’s own windows', async () => {
    const stack = stackOf();
    await run(add, stack);
    await run([...add, '--service', 'mail', '--emergency'], stack);
    const id = stack.declared.get('acme')?.[1]?.id ?? '';
    await run(['maintenance', 'cancel', 'acme', id], stack);
    await expect(`${await shown(stack)}\n`.replaceAll('\r\n', '\n')).toMatchFileSnapshot('acme.ics');
  });

  test('reads back as the very instants, in each year', async () => {
    const stack = stackOf();
    await run(add, stack);
    const read = readCalendar(await shown(stack), 'UTC');
    const winter = interval(Date.UTC(2026, 9, 1), Date.UTC(2026, 11, 31));
    const all = read.ok ? expandCalendar(read.events, winter, 100) : undefined;
    const starts = all?.ok && all.value.occurrences.map(({ start }) => new Date(start).toISOString().slice(0, 16));
    expect(starts).toEqual(['2026-10-04T00:00', '2026-11-01T01:00', '2026-11-30T21:00', '2026-12-06T01:00']);
  });

  test('imported where it came from, changes nothing', async () => {
    const stack = stackOf();
    await run(add, stack);
    const path = join(folder, 'round.ics');
    await run(['maintenance', 'export', 'acme', '--output', path], stack);
    expect(readFileSync(path, 'utf8')).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
    const before = structuredClone(stack.declared);
    const { out } = await run(['maintenance', 'import', 'acme', path], stack);
    expect(out).toBe("1 window unchanged, 1 event of the contract's own left out");
    expect(stack.declared).toEqual(before);
  });

  test('a span leaves out what is not in it', async () => {
    const stack = stackOf();
    await run(add, stack);
    expect(await shown(stack, '--from', '2026-11-02', '--to', '2026-11-30')).not.toContain('BEGIN:VEVENT');
    expect(await shown(stack, '--from', '2026-11-30', '--to', '2026-12-01')).toContain('SUMMARY:Disks\\, new\\; all');
    expect(
      (await run(['maintenance', 'export', 'acme', '--from', '2026-12-01', '--to', '2026-11-01'], stack)).code,
    ).toBe(exits.usage);
  });

  test('terms that changed end a series where they did; a count is what is left of it', async () => {
    const [before, after] = [under(recurring({ rrule: 'FREQ=WEEKLY;BYDAY=SU;COUNT=10' })), under()];
    const versions = [before, after].map((client, i) => ({
      ...(client.services[0]?.versions[0] as NonNullable<(typeof client.services)[0]['versions'][0]>),
      from: i === 0 ? '2025-01-01' : '2026-02-01',
    }));
    const text = await shown(stackOf(clientOf({ service: { versions } })));
    expect(text.match(/^(DTSTART;TZID|RRULE:FREQ=(?!YEARLY)).*/gm)).toEqual([
      'DTSTART;TZID=Europe/Paris:20260104T020000',
      'RRULE:FREQ=WEEKLY;BYDAY=SU;COUNT=4',
      'DTSTART;TZID=Europe/Paris:20260201T020000',
      'RRULE:FREQ=MONTHLY;BYDAY=1SU',
    ]);
  });
});
