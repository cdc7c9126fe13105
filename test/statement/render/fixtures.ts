/** Statements of the kinds that a page must tell, made by hand: a page adds nothing to what it is given. */
import type { Terms } from '../../../shared/contract/terms.ts';
import { type ServiceStatement, type Statement, statementSchema } from '../../../shared/statement/statement.ts';
import { instantOf } from '../../../shared/time/calendar.ts';

const paris = (date: string, time: string): number => instantOf(date, time, 'Europe/Paris');
const newYork = (date: string, time: string): number => instantOf(date, time, 'America/New_York');
const [minute, hour] = [60_000, 3_600_000];

const figure = (n: number, d: number) => {
  const scaled = (BigInt(n) * 100_000_000n) / BigInt(d);
  return { exact: `${n}/${d}`, percent: `${scaled / 1_000_000n}.${String(scaled % 1_000_000n).padStart(6, '0')}` };
};

export const plainTerms = (zone: string, target: string): Terms => ({
  period: { zone, kind: { kind: 'month' } },
  feePer: 'month',
  clauses: [
    {
      id: 'availability',
      target,
      tested: 'exact',
      measure: {
        kind: 'time',
        degraded: 'up',
        confirm: 2,
        clock: 'outage',
        quorum: 'majority',
        weigh: 'whole',
        life: 'activation',
        maintenance: {
          scheduled: {
            treat: 'exclude',
            noticeMs: 72 * hour,
            late: 'nothing',
            cap: { ms: 4 * hour, per: 'period' },
          },
          emergency: { treat: 'exclude', noticeMs: 2 * hour, late: 'nothing', cap: { ms: hour, per: 'period' } },
          recurring: [],
        },
        exclusions: { treat: 'exclude' },
        unknown: 'exclude',
        coverageFloor: '95/100',
        minimumOutage: { ms: minute, than: 'at-least', on: 'event', counts: 'whole' },
        allowance: { perOutageMs: 0, perPeriodMs: 0 },
        granularity: { kind: 'exact' },
        denominator: 'service-time',
      },
      credits: [
        {
          id: 'bands',
          quantity: 'figure',
          gates: [],
          schedule: {
            kind: 'bands',
            overlap: 'last',
            bands: [
              {
                range: { from: '99/100', fromIncluded: true, to: target, toIncluded: false },
                pays: { kind: 'share', share: '1/10' },
              },
              {
                range: { fromIncluded: false, to: '99/100', toIncluded: false },
                pays: { kind: 'share', share: '1/4' },
              },
            ],
          },
          base: { of: 'service', factor: '1', dayDivisor: 30 },
        },
      ],
    },
  ],
  combine: 'sum',
  limits: { cap: { kind: 'share', share: '1/5' } },
  round: 'half-even',
  rights: [{ kind: 'breaches', id: 'repeated', clause: 'availability', count: 3, of: 6, bad: { below: target } }],
  claim: { anchor: 'period-end', within: { days: 30 } },
});

const october = { start: paris('2026-10-01', '00:00'), end: paris('2026-11-01', '00:00') };
const month = october.end - october.start; // 745 h: Paris lives an hour twice

/** Ninety minutes of announced work, twelve of overrun, a long night and a blip: missed, and capped. */
const mail: ServiceStatement = statementSchema.shape.services.element.parse({
  id: 'messagerie',
  name: 'Messagerie',
  ...october,
  closes: true,
  feeMinor: 1_200_00,
  parts: [
    {
      ...october,
      from: '2026-01-01',
      tier: 'premium',
      terms: plainTerms('Europe/Paris', '999/1000'),
      feeMinor: '120000',
      clauses: [
        {
          id: 'availability',
          kind: 'time',
          target: { exact: '999/1000', percent: '99.900000' },
          figure: figure(month - 2 * hour - 9 * hour, month - 2 * hour),
          met: false,
          settledByMeasurement: true,
          bounds: {
            worst: figure(month - 2 * hour - 9 * hour - 4 * minute, month - 2 * hour),
            best: figure(month - 2 * hour - 9 * hour + 4 * minute, month - 2 * hour),
          },
          time: {
            wholeMs: month,
            serviceMs: `${month - 2 * hour}`,
            denominatorMs: `${month - 2 * hour}`,
            downMs: {
              atLeast: `${9 * hour - 4 * minute}`,
              measured: `${9 * hour}`,
              atMost: `${9 * hour + 4 * minute}`,
            },
            coverage: figure(month - 30 * minute, month),
            excluded: [
              {
                start: paris('2026-10-10', '22:00'),
                end: paris('2026-10-10', '23:30'),
                reason: 'scheduled',
                treat: 'exclude',
                id: 'm1',
                because: 'Mise à jour du serveur de messagerie',
                by: 'Camille Roux',
              },
              {
                start: paris('2026-10-21', '04:00'),
                end: paris('2026-10-21', '04:30'),
                reason: 'unknown',
                treat: 'exclude',
              },
            ],
            refused: [{ id: 'm2', why: 'notice', ms: 45 * minute }],
            outages: [
              {
                start: paris('2026-10-10', '22:10'),
                end: paris('2026-10-10', '23:42'),
                verdict: 'counted',
                countedMs: `${12 * minute}`,
                pieces: [{ start: paris('2026-10-10', '23:30'), end: paris('2026-10-10', '23:42') }],
                endpoints: ['atelier/messagerie/smtp', 'atelier/messagerie/imap'],
              },
              {
                start: paris('2026-10-18', '09:15'),
                end: paris('2026-10-18', '09:15') + 41_000,
                verdict: 'short',
                countedMs: '0',
                pieces: [],
                endpoints: ['atelier/messagerie/imap'],
              },
              {
                start: Date.UTC(2026, 9, 25, 0, 30, 12),
                end: Date.UTC(2026, 9, 25, 0, 30, 12) + 8 * hour + 48 * minute,
                verdict: 'counted',
                countedMs: `${8 * hour + 48 * minute}`,
                pieces: [
                  {
                    start: Date.UTC(2026, 9, 25, 0, 30, 12),
                    end: Date.UTC(2026, 9, 25, 0, 30, 12) + 8 * hour + 48 * minute,
                  },
                ],
                endpoints: ['atelier/messagerie/smtp'],
              },
            ],
            bare: {
              serviceMs: `${month}`,
              downMs: `${10 * hour + 31 * minute}`,
              figure: figure(month - 631 * minute, month),
            },
          },
        },
      ],
      lines: [
        {
          clause: 'availability',
          credit: 'bands',
          quantity: 'figure',
          baseMinor: '120000',
          items: [
            { of: 'period', quantity: figure(month - 11 * hour, month - 2 * hour).exact, band: 1, minor: '30000' },
          ],
          exactMinor: '30000',
          minor: 300_00,
          cuts: [],
        },
      ],
    },
  ],
  grossMinor: 300_00,
  cuts: [{ by: 'cap-service', minor: 60_00 }],
  creditMinor: 240_00,
  claim: { until: paris('2026-12-01', '00:00') },
});

/** Nothing happened: the page must say so as plainly. */
const site: ServiceStatement = statementSchema.shape.services.element.parse({
  ...mail,
  id: 'site',
  name: 'Site vitrine',
  feeMinor: 300_00,
  parts: [
    {
      ...mail.parts[0],
      tier: 'standard',
      feeMinor: '30000',
      clauses: [
        {
          ...mail.parts[0]?.clauses[0],
          figure: figure(1, 1),
          met: true,
          bounds: undefined,
          time: {
            ...mail.parts[0]?.clauses[0]?.time,
            downMs: { atLeast: '0', measured: '0', atMost: '0' },
            serviceMs: `${month}`,
            denominatorMs: `${month}`,
            excluded: [],
            refused: [],
            outages: [],
            bare: { serviceMs: `${month}`, downMs: '0', figure: figure(1, 1) },
          },
        },
      ],
      lines: [],
    },
  ],
  grossMinor: 0,
  cuts: [],
  creditMinor: 0,
  claim: undefined,
});

export const missedInParis: Statement = statementSchema.parse({
  schema: 1,
  client: {
    id: 'atelier-dubois',
    name: 'Atelier Dubois & fils',
    language: 'fr',
    zone: 'Europe/Paris',
    currency: 'EUR',
    minorDigits: 2,
  },
  period: { label: '2026-10', ...october, zone: 'Europe/Paris' },
  provenance: { planVersion: '3f9a1c0de4b27a85', code: '0.1.0', tzdata: '2026b' },
  status: 'ready',
  holds: [],
  services: [mail, site],
  grossMinor: 240_00,
  cuts: [],
  creditMinor: 240_00,
  rights: [
    { service: 'messagerie', id: 'repeated', clause: 'availability', because: ['2026-07', '2026-09', '2026-10'] },
  ],
});

const september = { start: newYork('2026-09-01', '00:00'), end: newYork('2026-10-01', '00:00') };
const business = 22 * 10 * hour;
const nights = Array.from({ length: 30 }, (_, day) => {
  const date = `2026-09-${String(day + 1).padStart(2, '0')}`;
  return { start: newYork(date, '00:00'), end: newYork(date, '08:00'), reason: 'hours', treat: 'exclude' };
});

/** Service hours, an English client, dollars; met within what the sampling can tell. */
export const metInNewYork: Statement = statementSchema.parse({
  schema: 1,
  client: {
    id: 'harbor',
    name: 'Harbor Freight Forwarding',
    language: 'en',
    zone: 'America/New_York',
    currency: 'USD',
    minorDigits: 2,
  },
  period: { label: '2026-09', ...september, zone: 'America/New_York' },
  provenance: { planVersion: '90ab12cd34ef5678' },
  status: 'ready',
  holds: [],
  services: [
    {
      id: 'vpn',
      name: 'Remote access',
      ...september,
      closes: true,
      feeMinor: 450_00,
      parts: [
        {
          ...september,
          from: '2026-01-01',
          terms: plainTerms('America/New_York', '1999/2000'),
          feeMinor: '45000',
          clauses: [
            {
              id: 'availability',
              kind: 'time',
              target: figure(1999, 2000),
              figure: figure(business - 6 * minute, business),
              met: true,
              settledByMeasurement: false,
              bounds: { worst: figure(business - 8 * minute, business), best: figure(business - 4 * minute, business) },
              time: {
                wholeMs: september.end - september.start,
                serviceMs: `${business}`,
                denominatorMs: `${business}`,
                downMs: { atLeast: `${4 * minute}`, measured: `${6 * minute}`, atMost: `${8 * minute}` },
                excluded: nights,
                refused: [],
                outages: [
                  {
                    start: newYork('2026-09-15', '13:20'),
                    end: newYork('2026-09-15', '13:26'),
                    verdict: 'counted',
                    countedMs: `${6 * minute}`,
                    pieces: [{ start: newYork('2026-09-15', '13:20'), end: newYork('2026-09-15', '13:26') }],
                    endpoints: ['harbor/vpn/gateway'],
                  },
                ],
                bare: {
                  serviceMs: `${september.end - september.start}`,
                  downMs: `${6 * minute}`,
                  figure: figure(september.end - september.start - 6 * minute, september.end - september.start),
                },
              },
            },
          ],
          lines: [],
        },
      ],
      grossMinor: 0,
      cuts: [],
      creditMinor: 0,
    },
  ],
  grossMinor: 0,
  cuts: [],
  creditMinor: 0,
  rights: [],
});

export const held: Statement = statementSchema.parse({
  ...missedInParis,
  status: 'held',
  holds: [{ service: 'site', clause: 'availability', code: 'coverage', saw: '9/10', want: '95/100' }],
});

export const names = {
  provider: 'Atelier Ops',
  endpoints: {
    'atelier/messagerie/smtp': 'Envoi des courriels',
    'atelier/messagerie/imap': 'Réception des courriels',
    'harbor/vpn/gateway': 'VPN gateway',
  },
  tiers: { premium: 'Premium', standard: 'Standard' },
};
