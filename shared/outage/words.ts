/** The words of outage notices. French is written with plain spaces; `typographic` sets the narrow ones. */
import type { Language } from '../contract/plan.ts';
import type { FailureCause } from '../probe/check.ts';

interface Words {
  readonly causes: Readonly<Record<FailureCause, string>>;
  readonly opened: string;
  readonly closed: string;
  readonly unwatched: string;
  /** One sentence each, before the table of facts. */
  readonly isDown: (what: string) => string;
  readonly isBack: (what: string) => string;
  readonly isGone: (what: string) => string;
  readonly labels: Readonly<
    Record<
      | 'client'
      | 'what'
      | 'since'
      | 'until'
      | 'lasted'
      | 'confirmed'
      | 'cause'
      | 'detail'
      | 'seenFrom'
      | 'severity'
      | 'tier'
      | 'contact'
      | 'maintenance'
      | 'next'
      | 'reference',
      string
    >
  >;
  readonly inARow: (failures: number) => string;
  readonly seenFrom: (places: readonly string[], all: number) => string;
  readonly overran: (window: string) => string;
  readonly next: Readonly<Record<'openedOps' | 'openedClient' | 'closed' | 'unwatched', string>>;
  /** Within the short message. */
  readonly sinceShort: string;
  readonly afterShort: string;
}

const en: Words = {
  causes: {
    dns: 'its name does not resolve',
    refused: 'connection refused',
    'connect-timeout': 'no connection in time',
    tls: 'TLS handshake or certificate refused',
    'response-timeout': 'no complete answer in time',
    status: 'unexpected status code',
    content: 'unexpected content',
    reset: 'connection cut while answering',
    'too-large': 'answer larger than is read',
    redirects: 'endless or invalid redirection',
    'forbidden-address': 'resolves to an address that is not probed',
    unreachable: 'no route to the host',
    protocol: 'answer breaks its protocol',
    expiring: 'certificate expires soon',
    'no-starttls': 'encryption (STARTTLS) is not offered',
    silent: 'no sign of life in time',
    reported: 'the job itself reported a failure',
  },
  opened: 'DOWN',
  closed: 'UP',
  unwatched: 'NO LONGER WATCHED',
  isDown: (what) => `${what} does not answer as it should.`,
  isBack: (what) => `${what} answers again.`,
  isGone: (what) => `${what} was down and is no longer in the plan: nobody watches it now.`,
  labels: {
    client: 'Client',
    what: 'What',
    since: 'Since',
    until: 'Until',
    lasted: 'Lasted',
    confirmed: 'Confirmed',
    cause: 'Cause',
    detail: 'Detail',
    seenFrom: 'Seen from',
    severity: 'Severity',
    tier: 'Tier',
    contact: 'Contact',
    maintenance: 'Maintenance',
    next: 'Next',
    reference: 'Reference',
  },
  inARow: (failures) => (failures === 1 ? 'at the first failure' : `after ${failures} failures in a row`),
  seenFrom: (places, all) => `${places.join(', ')} (${places.length} of ${all} places)`,
  overran: (window) => `announced as ${window}; it is over and the outage is not`,
  next: {
    openedOps: 'Vigie goes on probing and writes once more when it answers. This notice is not repeated.',
    openedClient: 'Your provider was told at the same moment. Vigie goes on probing and writes again when it answers.',
    closed: 'Nothing to do. The monthly statement works the exact down time out of all samples, and is what counts.',
    unwatched: 'If this was not meant, put the endpoint back into the plan and apply it.',
  },
  sinceShort: 'since',
  afterShort: 'after',
};

const fr: Words = {
  causes: {
    dns: 'son nom ne se résout pas',
    refused: 'connexion refusée',
    'connect-timeout': 'pas de connexion à temps',
    tls: 'poignée de main TLS ou certificat refusé',
    'response-timeout': 'pas de réponse complète à temps',
    status: 'code de réponse inattendu',
    content: 'contenu inattendu',
    reset: 'connexion coupée pendant la réponse',
    'too-large': 'réponse plus grande que ce qui est lu',
    redirects: 'redirection sans fin ou invalide',
    'forbidden-address': 'mène à une adresse qui n’est pas sondée',
    unreachable: 'pas de route vers l’hôte',
    protocol: 'la réponse ne suit pas son protocole',
    expiring: 'le certificat expire bientôt',
    'no-starttls': 'le chiffrement (STARTTLS) n’est pas offert',
    silent: 'aucun signe de vie à temps',
    reported: 'l’équipement lui-même signale un échec',
  },
  opened: 'PANNE',
  closed: 'RÉTABLI',
  unwatched: 'PLUS SURVEILLÉ',
  isDown: (what) => `${what} ne répond pas comme il le devrait.`,
  isBack: (what) => `${what} répond de nouveau.`,
  isGone: (what) => `${what} était en panne et n’est plus dans le plan : personne ne le surveille plus.`,
  labels: {
    client: 'Client',
    what: 'Quoi',
    since: 'Depuis',
    until: 'Jusqu’à',
    lasted: 'Durée',
    confirmed: 'Confirmé',
    cause: 'Cause',
    detail: 'Détail',
    seenFrom: 'Vu depuis',
    severity: 'Gravité',
    tier: 'Niveau',
    contact: 'Contact',
    maintenance: 'Maintenance',
    next: 'La suite',
    reference: 'Référence',
  },
  inARow: (failures) => (failures === 1 ? 'au premier échec' : `après ${failures} échecs de suite`),
  seenFrom: (places, all) => `${places.join(', ')} (${places.length} sur ${all} lieux)`,
  overran: (window) => `annoncée sous ${window} ; elle est finie, la panne ne l’est pas`,
  next: {
    openedOps: 'Vigie continue de sonder et écrira une fois encore au rétablissement. Cet avis n’est pas répété.',
    openedClient:
      'Votre prestataire est prévenu au même instant. Vigie continue de sonder et écrira au rétablissement.',
    closed: 'Rien à faire. Le relevé mensuel recalcule la durée exacte sur toutes les mesures ; lui seul fait foi.',
    unwatched: 'Si ce n’était pas voulu, remettez ce point dans le plan et appliquez-le.',
  },
  sinceShort: 'depuis',
  afterShort: 'après',
};

export const wordsIn: Readonly<Record<Language, Words>> = { en, fr };
