/** People: who answers, who is told. */
import { didYouMean } from '../did-you-mean.ts';
import type { TextField } from '../language/fields.ts';
import type { WrittenContacts, WrittenSubscription } from '../language/files.ts';
import { type Contact, events, type Language, type Subscription, type Text } from '../plan.ts';
import type { Complain, Path } from './reading.ts';

/** A plain text is in the language of the file that it stands in. */
export const textOf = (written: TextField, language: Language): Text =>
  typeof written === 'string' ? { [language]: written } : written;

export const contactsOf = (written: WrittenContacts, language: Language, complain: Complain): Contact[] => {
  const contacts = Object.entries(written ?? {});
  const ids = contacts.map(([id]) => id);
  return contacts.map(([id, { name, role, email, phone, deputies = [] }]) => {
    for (const [i, deputy] of deputies.entries()) {
      const path = ['contacts', id, 'deputies', i];
      if (deputy === id) complain(path, 'contradiction', 'someone else: nobody is their own deputy');
      else if (!ids.includes(deputy))
        complain(path, 'unknown-reference', `a contact of this file: ${didYouMean(deputy, ids)}`);
    }
    return {
      id,
      name,
      ...(role !== undefined && { role: textOf(role, language) }),
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      deputies,
    };
  });
};

/** Names that a subscription's filters may use. */
export interface Known {
  readonly severities: readonly string[];
  readonly services: readonly string[];
  readonly tiers: readonly string[];
}

const protocols = ['email', 'sms', 'https', 'sqs'] as const;

export const subscriptionsOf = (
  written: readonly WrittenSubscription[] | undefined,
  path: Path,
  known: Known,
  complain: Complain,
): Subscription[] =>
  (written ?? []).flatMap((subscription, i) => {
    const here = [...path, i];
    const said = protocols.filter((protocol) => subscription[protocol] !== undefined);
    const protocol = said[0];
    if (said.length !== 1 || !protocol) {
      complain(here, said.length === 0 ? 'missing-field' : 'contradiction', `one of ${protocols.join(', ')}`);
      return [];
    }
    const filters = (['severities', 'services', 'tiers'] as const).flatMap((filter) => {
      const names = subscription[filter];
      for (const [j, name] of (names ?? []).entries())
        if (!known[filter].includes(name))
          complain(
            [...here, filter, j],
            'unknown-reference',
            `one of the ${filter}: ${didYouMean(name, known[filter])}`,
          );
      return names ? [[filter, names] as const] : [];
    });
    const endpoint = subscription[protocol] ?? '';
    return [
      {
        protocol,
        endpoint: protocol === 'sms' ? endpoint.replace(/[ .]/g, '') : endpoint,
        events: subscription.events ?? [...events],
        ...Object.fromEntries(filters),
      },
    ];
  });
