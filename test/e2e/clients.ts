import type { SourceFile } from '../../shared/contract/source.ts';
import { dayMs, monthSpan } from '../../shared/time/calendar.ts';
import { epochMs, type Interval } from '../../shared/time/span.ts';

/** The last month that is over in every zone. */
export const lastMonth = (now: number): string => {
  const date = new Date(now - 36 * 3_600_000);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
};

/** The last day of that month, in UTC. */
export const lastDay = (now: number): string =>
  new Date(monthSpan(lastMonth(now), 'UTC').end - dayMs).toISOString().slice(0, 10);

/** Days of history before the end of the month: enough for every rule, and quick to replay. */
const coveredDays = 4;

export const zone = 'Europe/Paris';

/** What the agreements cover of the month. */
export const coveredSpan = (period: string): Interval => {
  const month = monthSpan(period, zone);
  return { start: epochMs(month.end - coveredDays * dayMs), end: month.end };
};

const sinceOf = (period: string): string => {
  const { start } = coveredSpan(period);
  return new Date(start + dayMs / 2).toISOString().slice(0, 10); // midnight in Paris is the day before in UTC
};

export const otherRegion = 'eu-central-1';

const provider = `id: essai
name: Essai
language: fr
zone: ${zone}
currency: EUR
places:
  frankfurt: { region: ${otherRegion} }
  siege:
    region: ${otherRegion}
    vpc: vpc-0a1b2c3d4e5f60718
    subnets: [subnet-0a1b2c3d4e5f60718]
    security-groups: [sg-0a1b2c3d4e5f60718]
  agence: { agent: true }
terms:
  target: 99.9 %
  probe: { every: 1 min, timeout: 2 s, retry: 1 s, confirm: 2, places: [home] }
  credits:
    - { when: availability < 99.9 %, pay: 10 % }
    - { when: availability < 95 %, pay: 25 % }
`;

/** A subscription that the plan itself asks for, to a queue that nobody reads. */
const subscribed = (events: string): string =>
  `notify:\n  - { sqs: "arn:aws:sqs:eu-west-3:000000000000:nobody", events: [${events}] }\n`;

const client = (
  id: string,
  language: string,
  currency: string,
  since: string,
  endpoint: string,
  told = '',
): string => `id: ${id}
name: ${id === 'alpha' ? 'Clinique Alphée' : 'Beta & Sons'}
language: ${language}
zone: ${zone}
currency: ${currency}
since: ${since}
${told}services:
  web:
    name: Web
    fee: 310.00 ${currency}
    severity: critical
    endpoints:
      page: ${endpoint}
`;

export interface Ports {
  /** HTTP, of client alpha. */
  readonly http: number;
  /** TCP, of client beta. */
  readonly tcp: number;
  /** HTTP, of client delta, whom both places probe. */
  readonly both: number;
  /** TCP, of client zeta, in a network that only an agent reaches. */
  readonly lan: number;
  /** TCP, of client zeta, in a network that only a VPC reaches. */
  readonly vpc: number;
}

/** One that two places probe, under contract for the last day of the month. */
const watchedFromTwoPlaces = (now: number, port: number): SourceFile => ({
  path: 'clients/delta.yaml',
  text: `id: delta
name: Delta
language: en
zone: UTC
since: ${lastDay(now)}
services:
  web:
    name: Web
    fee: 310.00 EUR
    severity: critical
    endpoints:
      page: { name: Page, http: "http://127.0.0.1:${port}/", places: [frankfurt, home] }
`,
});

/** Two that an agent and a VPC probe, from this month on: no month of theirs is settled. */
const watchedFromInside = (now: number, lan: number, vpc: number): SourceFile => ({
  path: 'clients/zeta.yaml',
  text: `id: zeta
name: Zeta
language: en
zone: UTC
since: ${new Date(now).toISOString().slice(0, 7)}-01
services:
  lan:
    name: Network
    fee: 310.00 EUR
    severity: critical
    terms: { probe: { every: 10 s, places: [agence] } }
    endpoints:
      router: { name: Router, tcp: "127.0.0.1:${lan}" }
  erp:
    name: ERP
    fee: 310.00 EUR
    severity: critical
    endpoints:
      database: { name: Database, tcp: "127.0.0.1:${vpc}", places: [siege] }
`,
});

/** One whose job calls by itself, under contract from today. */
const callsByItself = (now: number): SourceFile => ({
  path: 'clients/epsilon.yaml',
  text: `id: epsilon
name: Epsilon
language: en
zone: UTC
since: ${new Date(now).toISOString().slice(0, 10)}
services:
  jobs:
    name: Jobs
    fee: 310.00 EUR
    severity: critical
    endpoints:
      nightly: { name: Nightly, heartbeat: { every: 1 h, grace: 10 min } }
`,
});

/** Two clients in two languages and two currencies, one endpoint each: HTTP whose text is checked, and TCP; and delta, zeta and epsilon. */
export const clientFiles = (
  { http, tcp, both, lan, vpc }: Ports,
  now: number,
  { more = [], events = 'outage' }: { readonly more?: readonly SourceFile[]; readonly events?: string } = {},
): SourceFile[] => {
  const since = sinceOf(lastMonth(now));
  const page = `{ name: Page, http: { url: "http://127.0.0.1:${http}/health", text: all well } }`;
  return [
    { path: 'provider.yaml', text: provider },
    { path: 'clients/alpha.yaml', text: client('alpha', 'fr', 'EUR', since, page, events && subscribed(events)) },
    {
      path: 'clients/beta.yaml',
      text: client('beta', 'en', 'USD', since, `{ name: Socket, tcp: "127.0.0.1:${tcp}" }`),
    },
    watchedFromTwoPlaces(now, both),
    watchedFromInside(now, lan, vpc),
    callsByItself(now),
    ...more,
  ];
};

/** One whose endpoint answers to nobody. */
export const thirdClient = (now: number): SourceFile => ({
  path: 'clients/gamma.yaml',
  text: client('gamma', 'en', 'EUR', sinceOf(lastMonth(now)), '{ name: Socket, tcp: "127.0.0.1:1" }'),
});
