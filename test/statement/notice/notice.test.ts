import { describe, expect, test } from 'vitest';
import { messageSchema } from '../../../shared/outage/message.ts';
import {
  creditNotice,
  heldNotice,
  type Issue,
  statementJsonSchema,
  statementNotice,
} from '../../../shared/statement/notice.ts';
import { held, metInNewYork, missedInParis, names } from '../render/fixtures.ts';

const issue: Issue = {
  ...names,
  revision: 1,
  differenceMinor: 240_00,
  documents: { json: 's3://documents/statement.json', html: 's3://documents/statement.html' },
};
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

const many = <T>(items: readonly T[]): T[] => Array.from({ length: 500 }, () => items).flat();
const named = missedInParis.services.map((service) => ({ ...service, name: 'é'.repeat(200) }));
const withManyServices = { ...missedInParis, services: many(named), rights: many(missedInParis.rights) };

test.each([
  { name: 'a statement', message: statementNotice(missedInParis, issue) },
  { name: 'a statement in English', message: statementNotice(metInNewYork, { ...issue, differenceMinor: 0 }) },
  { name: 'a credit', message: creditNotice(missedInParis, issue) },
  { name: 'a held statement', message: heldNotice(held, issue) },
  {
    name: 'a client with a hostile and endless name',
    message: statementNotice(
      { ...missedInParis, client: { ...missedInParis.client, name: `${'é'.repeat(300)}\r\nBcc: x@y` } },
      issue,
    ),
  },
  ...[statementNotice, creditNotice, heldNotice].map((notice) => ({
    name: `${notice.name} of a client with five hundred services`,
    message: notice(withManyServices, issue),
  })),
])('$name keeps to the limits of its protocols', ({ message }) => {
  expect(messageSchema.parse(message)).toEqual(message);
  expect(statementJsonSchema.parse(message?.json)).toEqual(message?.json);
});

test('the e-mail says the verdict, the money, every service and where the statement is', async () => {
  await expect(statementNotice(missedInParis, issue).email).toMatchFileSnapshot('missed-in-paris.statement.txt');
  await expect(creditNotice(missedInParis, issue)?.email).toMatchFileSnapshot('missed-in-paris.credit.txt');
  await expect(statementNotice(metInNewYork, issue).email).toMatchFileSnapshot('met-in-new-york.statement.txt');
  await expect(heldNotice(held, issue).email).toMatchFileSnapshot('held.txt');
});

test('a short message says who, when and what', () => {
  expect(creditNotice(missedInParis, issue)?.sms).toBe(
    'Atelier Dubois & fils : avoir de 240,00 EUR pour octobre 2026.',
  );
  expect(statementNotice(metInNewYork, issue).sms).toBe(
    'Harbor Freight Forwarding September 2026: The target was met. No credit is owed.',
  );
});

describe('a revision', () => {
  test('that moves no money sends no credit notice', () => {
    expect(creditNotice(missedInParis, { ...issue, revision: 2, differenceMinor: 0 })).toBeUndefined();
  });

  test('that lowers the credit says so, with the difference', () => {
    const message = creditNotice(missedInParis, { ...issue, revision: 2, differenceMinor: -60_00 });
    expect(plainSpaces(message?.email ?? '')).toContain(
      'est corrigé à 240,00 €.\nDifférence avec la révision précédente : −60,00 €.',
    );
    expect(message?.eventId).toBe('credit/atelier-dubois/2026-10/r2');
  });
});

test('the same statement gives the same message', () => {
  expect(statementNotice(missedInParis, issue)).toEqual(statementNotice(structuredClone(missedInParis), issue));
});
