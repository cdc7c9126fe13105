import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageSchema } from '../../shared/outage/message.ts';
import { type NoticePlan, outageJsonSchema, outageNotices } from '../../shared/outage/notice.ts';
import type { Outage, OutageEvent } from '../../shared/outage/outage.ts';
import { failureCauses } from '../../shared/probe/check.ts';
import { epochMs } from '../../shared/time/span.ts';
import { httpCheck } from '../checks.ts';

const plan: NoticePlan = {
  provider: {
    language: 'en',
    zone: 'Europe/Paris',
    severities: [{ id: 'critical', name: { fr: 'critique', en: 'critical' } }],
    tiers: [{ id: 'premium', name: { fr: 'Premium' } }],
    places: [
      { id: 'home', kind: 'home', name: { fr: 'Paris', en: 'Paris' } },
      { id: 'frankfurt', kind: 'region', region: 'eu-central-1', name: { fr: 'Francfort', en: 'Frankfurt' } },
      { id: 'agence-lyon', kind: 'agent' },
    ],
  },
  clients: [
    {
      id: 'durand',
      name: 'Étude Durand',
      language: 'fr',
      zone: 'Europe/Paris',
      contacts: [{ id: 'marie', name: 'Marie Durand', phone: '+33102030405', deputies: [] }],
      services: [
        {
          id: 'mail',
          name: 'Messagerie',
          severity: 'critical',
          versions: [{ from: '2026-01-01', tier: 'premium' }],
          endpoints: [
            {
              id: 'durand/mail/webmail',
              name: 'webmail',
              check: httpCheck('https://mail.durand.example/owa?key=secret', { id: 'durand/mail/webmail' }),
            },
          ],
        },
      ],
    },
  ],
};
const outage: Outage = {
  endpoint: 'durand/mail/webmail',
  places: ['home'],
  openedAt: epochMs(Date.UTC(2026, 10, 23, 13, 3, 27, 4)),
  confirmedAt: epochMs(Date.UTC(2026, 10, 23, 13, 4, 27, 4)),
  cause: 'connect-timeout',
  told: true,
};
const opened: OutageEvent = { kind: 'opened', outage };
const closed: OutageEvent = {
  kind: 'closed',
  outage,
  closedAt: epochMs(outage.openedAt + 754_321),
  reason: 'recovered',
};
const [opsOpened, clientOpened] = outageNotices(opened, plan);
const [opsClosed, clientClosed] = outageNotices(closed, plan);

/** As plain text shows them. */
const plain = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, ' ');

describe('what people read', () => {
  test('on call, when it opens', () => {
    expect(opsOpened?.subject).toBe('DOWN: Etude Durand - Messagerie / webmail (critical)');
    expect(plain(opsOpened?.email)).toMatchInlineSnapshot(`
      "Messagerie (webmail) does not answer as it should.

      Client      Étude Durand
      What        webmail, https://mail.durand.example/owa
      Since       November 23, 2026 at 14:03:27 (Europe/Paris)
      Confirmed   November 23, 2026 at 14:04:27 (Europe/Paris), after 2 failures in a row
      Cause       no connection in time
      Severity    critical
      Tier        Premium
      Contact     Marie Durand, +33102030405
      Next        Vigie goes on probing and writes once more when it answers. This notice is not repeated.
      Reference   outage-opened/durand/mail/webmail/1795439007004
      "
    `);
    expect(opsOpened?.sms).toBe('DOWN Etude Durand: Messagerie/webmail since 14:03, no connection in time');
  });
  test('at the client, when it opens', () => {
    expect(clientOpened?.subject).toBe('PANNE: Etude Durand - Messagerie / webmail (critique)');
    expect(plain(clientOpened?.email)).toMatchInlineSnapshot(`
      "Messagerie (webmail) ne répond pas comme il le devrait.

      Client      Étude Durand
      Quoi        webmail, https://mail.durand.example/owa
      Depuis      23 novembre 2026 à 14:03:27 (Europe/Paris)
      Confirmé    23 novembre 2026 à 14:04:27 (Europe/Paris), après 2 échecs de suite
      Cause       pas de connexion à temps
      Gravité     critique
      Niveau      Premium
      La suite    Votre prestataire est prévenu au même instant. Vigie continue de sonder et écrira au rétablissement.
      Référence   outage-opened/durand/mail/webmail/1795439007004
      "
    `);
    expect(clientOpened?.sms).toBe('PANNE Etude Durand: Messagerie/webmail depuis 14:03, pas de connexion a temps');
  });
  test('at the client, when it closes', () => {
    expect(clientClosed?.subject).toBe('RETABLI: Etude Durand - Messagerie / webmail (critique)');
    expect(plain(clientClosed?.email)).toMatchInlineSnapshot(`
      "Messagerie (webmail) répond de nouveau.

      Client      Étude Durand
      Quoi        webmail, https://mail.durand.example/owa
      Depuis      23 novembre 2026 à 14:03:27 (Europe/Paris)
      Jusqu’à     23 novembre 2026 à 14:16:01 (Europe/Paris)
      Durée       12 min 34 s
      Cause       pas de connexion à temps
      Gravité     critique
      Niveau      Premium
      La suite    Rien à faire. Le relevé mensuel recalcule la durée exacte sur toutes les mesures ; lui seul fait foi.
      Référence   outage-closed/durand/mail/webmail/1795439007004
      "
    `);
    expect(clientClosed?.sms).toBe('RETABLI Etude Durand: Messagerie/webmail apres 12 min 34 s');
  });
  test('when it outlasts its maintenance window', () => {
    const [overran] = outageNotices({ kind: 'overran', outage: { ...outage, window: 'M-7' } }, plan);
    expect(overran?.email).toContain('Maintenance announced as M-7; it is over and the outage is not');
    expect(overran?.eventId).toBe(opsOpened?.eventId);
  });
  test('when the endpoint left the plan with its client: the provider alone, in ids', () => {
    const notices = outageNotices({ ...closed, reason: 'unwatched' }, { ...plan, clients: [] });
    expect(notices.map(({ topic, subject }) => [topic, subject])).toEqual([
      ['ops', 'NO LONGER WATCHED: durand - mail / webmail'],
    ]);
  });
});

test('secrets in a query stay out of every notice', () => {
  expect(JSON.stringify([opsOpened, clientOpened, opsClosed, clientClosed])).not.toContain('secret');
});

test('what machines read', () => {
  expect(opsClosed?.json).toEqual(clientClosed?.json);
  expect(outageJsonSchema.parse(opsClosed?.json)).toEqual({
    schema: 'vigie.outage/1',
    kind: 'outage-closed',
    event_id: 'outage-closed/durand/mail/webmail/1795439007004',
    client: { id: 'durand', name: 'Étude Durand' },
    service: { id: 'mail', name: 'Messagerie' },
    endpoint: { id: 'durand/mail/webmail', name: 'webmail', target: 'https://mail.durand.example/owa' },
    severity: 'critical',
    tier: 'premium',
    place: 'home',
    places: ['home'],
    cause: 'connect-timeout',
    opened_at: '2026-11-23T13:03:27.004Z',
    confirmed_at: '2026-11-23T13:04:27.004Z',
    closed_at: '2026-11-23T13:16:01.325Z',
    duration_ms: 754_321,
    reason: 'recovered',
  });
  expect(opsClosed?.attributes).toEqual({
    kind: 'outage-closed',
    client: 'durand',
    service: 'mail',
    severity: 'critical',
    tier: 'premium',
  });
});

describe('an endpoint that several places probe', () => {
  const [client] = plan.clients;
  const [service] = client?.services ?? [];
  const [endpoint] = service?.endpoints ?? [];
  if (!client || !service || !endpoint) throw new Error('the plan has no endpoint');
  const places = ['agence-lyon', 'frankfurt', 'home'];
  const check = { ...endpoint.check, places };
  const wide = { ...plan, clients: [{ ...client, services: [{ ...service, endpoints: [{ ...endpoint, check }] }] }] };
  const seen: Outage = { ...outage, places: ['frankfurt', 'agence-lyon'], detail: '503 from 10.0.3.7 via proxy' };
  const [ops, theirs] = outageNotices({ kind: 'opened', outage: seen }, wide);

  test('is said to be seen from where it is seen, by the names of places, in both languages', () => {
    expect(ops?.email).toContain('\nSeen from   Frankfurt, agence-lyon (2 of 3 places)\n');
    expect(plain(theirs?.email)).toContain('\nVu depuis   Francfort, agence-lyon (2 sur 3 lieux)\n');
    expect(theirs?.json).toMatchObject({ place: 'frankfurt', places: ['frankfurt', 'agence-lyon'] });
  });
  test('is not said to be seen from anywhere where one place probes it', () => {
    expect(JSON.stringify([opsOpened, clientOpened])).not.toMatch(/Seen from|Vu depuis/);
  });
  test('what the probe said is told to the provider and never to the client', () => {
    expect(ops?.email).toContain('\nDetail      503 from 10.0.3.7 via proxy\n');
    expect(outageJsonSchema.parse(ops?.json).detail).toBe('503 from 10.0.3.7 via proxy');
    expect(JSON.stringify(theirs)).not.toContain('10.0.3.7');
  });
});

test('an outage that maintenance keeps quiet is told to nobody', () => {
  expect(outageNotices({ kind: 'opened', outage: { ...outage, told: false } }, plan)).toEqual([]);
});

test('every notice fits what SNS takes, whatever the names', () => {
  const [client] = plan.clients;
  if (!client) throw new Error('the plan has no client');
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
      fc.constantFrom(...failureCauses),
      fc.constantFrom('fr' as const, 'en' as const),
      fc.constantFrom('opened' as const, 'closed' as const),
      (name, cause, language, kind) => {
        const named: NoticePlan = { ...plan, clients: [{ ...client, name, language }] };
        const event: OutageEvent = { ...(kind === 'closed' ? closed : opened), outage: { ...outage, cause } };
        for (const notice of outageNotices(event, named)) {
          const parsed = messageSchema.parse(notice);
          expect(parsed.sms).toMatch(/^[\x20-\x5a\x5f\x61-\x7a]*$/); // one septet each in GSM 03.38
        }
      },
    ),
  );
});
