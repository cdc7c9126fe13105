import { expect, test } from 'vitest';
import { decodeContracts } from '../../shared/contract/folder.ts';
import { inForce } from '../../shared/contract/plan.ts';
import { clientOf, filesOf, plainClient, plainProvider, problemsOf } from './folders.ts';

const provider = `${plainProvider}terms:
  target: 99 %
  maintenance: { notice: 24 h, cap: 4 h per month }
  limits: { cap: 50 % }
tiers:
  gold:
    name: Gold
    terms: { target: 99.9 %, maintenance: { notice: 48 h } }
services:
  mail:
    name: Mail
    fee: 10 EUR
    endpoints:
      smtp: { tcp: "smtp.example.com:25" }
    terms: { target: 99.5 %, probe: { timeout: 3 s } }
`;

const client = `id: acme
name: Acme
since: 2026-01-01
terms:
  probe: { every: 2 min }
services:
  mail:
    catalogue: mail
    tier: gold
    endpoints:
      imap: { tcp: "imap.example.com:143", timeout: 4 s }
    terms: { maintenance: { cap: 2 h per month } }
`;

const terms = (text: string, date = '2026-02-01') => {
  const version = inForce(clientOf(text, provider).services[0]?.versions ?? [], date);
  const clause = version?.terms.clauses[0];
  if (!version || clause?.measure.kind !== 'time') throw new Error('no time measure');
  return { version, clause, measure: clause.measure };
};

test('what is written further in wins, field by field', () => {
  const { version, clause, measure } = terms(client);
  expect(clause.target).toBe('999/1000'); // the tier's, over the catalogue's and the provider's
  expect(measure.maintenance.scheduled).toMatchObject({
    noticeMs: 48 * 3_600_000, // the tier's
    cap: { ms: 2 * 3_600_000, per: 'month' }, // the service's
  });
  expect(version.terms.limits.cap).toEqual({ kind: 'share', share: '1/2' }); // the provider's
});

test.each([
  { name: 'two years and a month where nobody says otherwise', provider: '', client: '', months: 25 },
  { name: "the provider's", provider: 'retention: 37 months\n', client: '', months: 37 },
  { name: "the client's before it", provider: 'retention: 37 months\n', client: 'retention: 13 months\n', months: 13 },
])('samples are kept for $name', ({ provider: wide, client: own, months }) => {
  expect(clientOf(`${plainClient}${own}`, `${plainProvider}${wide}`).retentionMonths).toBe(months);
});

test.each(['12 months', '122 months', '2 years', '1.5 months', '25'])('%s are no time to keep samples for', (text) => {
  expect(problemsOf(`${plainClient}retention: ${text}\n`)).toMatchObject([{ path: 'retention' }]);
});

test('probes inherit like everything else, down to the endpoint', () => {
  const checks = clientOf(client, provider).services[0]?.endpoints.map(({ check }) => check);
  expect(checks).toMatchObject([
    { id: 'acme/mail/smtp', everyMs: 120_000, timeoutMs: 3000 },
    { id: 'acme/mail/imap', everyMs: 120_000, timeoutMs: 4000 },
  ]);
});

test('an endpoint that asks for more failures says so to probes and to settlement alike', () => {
  const patient = client.replace('timeout: 4 s', 'confirm: 5');
  expect(clientOf(patient, provider).services[0]?.endpoints).toMatchObject([
    { id: 'acme/mail/smtp', check: { confirm: 2 } },
    { id: 'acme/mail/imap', check: { confirm: 5 }, confirm: 5 },
  ]);
});

test('none takes an inherited limit away', () => {
  const free = client.replace('cap: 2 h per month', 'cap: none');
  expect(terms(free).measure.maintenance.scheduled).not.toHaveProperty('cap');
});

test('hours are replaced whole: half of the old ones would be nobody’s hours', () => {
  const withHours = provider.replace(
    '  target: 99 %\n',
    '  target: 99 %\n  hours: { weekly: ["mon-fri 08:00-18:00"], holidays: [2026-05-01] }\n',
  );
  const plan = clientOf(
    client.replace('terms: { maintenance:', 'terms: { hours: { weekly: ["sat 09:00-12:00"] }, maintenance:'),
    withHours,
  );
  const measure = plan.services[0]?.versions[0]?.terms.clauses[0]?.measure;
  expect(measure).toMatchObject({ hours: { weekly: [{ days: [6], from: '09:00', to: '12:00' }], holidays: [] } });
});

test('a change in mid-month makes a version from that day on', () => {
  const changing = `${client}    changes:
      - { from: 2026-03-15, fee: 20 EUR }
      - { from: 2026-05-01, terms: { target: 99.99 % } }
`;
  const versions = clientOf(changing, provider).services[0]?.versions ?? [];
  expect(versions.map(({ from, feeMinor, tier, terms: of }) => [from, feeMinor, tier, of.clauses[0]?.target])).toEqual([
    ['2026-01-01', 1000, 'gold', '999/1000'],
    ['2026-03-15', 2000, 'gold', '999/1000'],
    ['2026-05-01', 2000, 'gold', '9999/10000'],
  ]);
});

test('a change of tier brings the terms of the new one', () => {
  const moving = `${client.replace('    tier: gold\n', '')}    changes:\n      - { from: 2026-06-01, tier: gold }\n`;
  const versions = clientOf(moving, provider).services[0]?.versions ?? [];
  expect(versions.map(({ from, tier, terms: of }) => [from, tier, of.clauses[0]?.target])).toEqual([
    ['2026-01-01', undefined, '199/200'],
    ['2026-06-01', 'gold', '999/1000'],
  ]);
});

test('a change that says nothing new makes no version', () => {
  const idle = `${client}    changes:\n      - { from: 2026-06-01, tier: gold }\n`;
  expect(clientOf(idle, provider).services[0]?.versions).toHaveLength(1);
});

test.each([
  ['negotiated with one client', plainClient, 'client'],
  ['subscribed from the catalogue', client.replace('    tier: gold\n', ''), 'service'],
  ['by tiers', client, 'tiered'],
])('an agreement %s is told from what it uses', (_, text, agreement) => {
  expect(clientOf(text, provider).agreement).toBe(agreement);
});

test('every effective term is traced to the line that it was written on', () => {
  const decoded = decodeContracts(filesOf(client, provider));
  const trace = decoded.ok ? decoded.value.trace('acme', 'mail', '2026-02-01') : undefined;
  const term = (path: string) => trace?.find((one) => one.path === path);
  expect(term('target')).toEqual({ path: 'target', value: '99.9 %', file: 'provider.yaml', line: 13 });
  expect(term('maintenance.cap')).toEqual({
    path: 'maintenance.cap',
    value: '2 h per month',
    file: 'clients/acme.yaml',
    line: 12,
  });
  expect(term('limits.cap')).toMatchObject({ file: 'provider.yaml', line: 9 });
  expect(term('probe.timeout')).toMatchObject({ value: '3 s', file: 'provider.yaml' });
  expect(term('downtime.unmeasured')).toEqual({ path: 'downtime.unmeasured', value: 'exclude' });
  expect(decoded.ok && decoded.value.trace('acme', 'none-such', '2026-02-01')).toBeUndefined();
});
