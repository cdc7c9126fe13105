/** One of each thing that is stored, small and whole. */
import type { EndpointDay } from '../../shared/measure/days.ts';
import type { MaintenanceWindow } from '../../shared/measure/evidence.ts';
import type { Message } from '../../shared/outage/message.ts';
import type { Outage } from '../../shared/outage/outage.ts';
import type { StoredRun } from '../../shared/probe/runs.ts';
import type { StatementRecord } from '../../shared/statement/statements.ts';
import { epochMs } from '../../shared/time/span.ts';

export const day = epochMs(Date.UTC(2026, 9, 5));
export const minute = epochMs(Date.UTC(2026, 9, 5, 12, 30));

export const aRun = (n = 0): StoredRun => ({
  place: 'eu-west-3',
  shard: 0,
  scheduledAt: epochMs(minute + n * 60_000),
  startedAt: epochMs(minute + n * 60_000 + 1_234),
  planVersion: '0123456789abcdef',
  codes: Uint8Array.of(100, 232, 255),
});

export const aDay = (over: Partial<EndpointDay> = {}): EndpointDay => ({
  endpoint: 'acme/mail/smtp',
  place: 'eu-west-3',
  day,
  everyMs: 60_000,
  segments: [
    { firstAt: day, lastAt: epochMs(day + 600_000), state: 'up', count: 11 },
    { firstAt: epochMs(day + 660_000), lastAt: epochMs(day + 660_000), state: 'down', count: 1 },
  ],
  ...over,
});

export const aMessage = (eventId = 'outage-opened/acme/mail/smtp/1'): Message => ({
  eventId,
  topic: 'client/acme',
  subject: 'Outage: Acme - Mail / SMTP',
  email: 'Courrier électronique injoignable.\n',
  sms: 'Outage Acme: Mail/SMTP',
  json: { schema: 'vigie.outage/1', event_id: eventId },
  attributes: { kind: 'outage-opened', client: 'acme', service: 'mail', severity: 'high' },
});

export const anOutage = (): Outage => ({
  endpoint: 'acme/mail/smtp',
  places: ['home', 'frankfurt'],
  openedAt: minute,
  confirmedAt: epochMs(minute + 60_000),
  cause: 'refused',
  detail: 'refused by 203.0.113.4',
  told: true,
});

export const aWindow = (): MaintenanceWindow => ({
  id: 'm1',
  start: minute,
  end: epochMs(minute + 3_600_000),
  declaredAt: day,
  kind: 'scheduled',
  services: ['mail'],
  by: 'ada',
  reason: 'new disks',
});

export const aRecord = (over: Partial<StatementRecord> = {}): StatementRecord => ({
  client: 'acme',
  period: '2026-10',
  revision: 1,
  status: 'issued',
  inputsHash: 'a'.repeat(64),
  figuresHash: 'b'.repeat(64),
  statementHash: 'c'.repeat(64),
  planVersion: '0123456789abcdef',
  currency: 'EUR',
  creditMinor: 4_200,
  settledAt: minute,
  documents: { json: { key: 'statements/acme/2026-10/r1/statement.json', versionId: 'v1' }, html: { key: 'x.html' } },
  past: { period: '2026-10', creditMinor: 4_200, franchiseMinor: 0, services: {} },
  ...over,
});
