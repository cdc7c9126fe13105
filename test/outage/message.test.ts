import { expect, test } from 'vitest';
import { asciiOf, messageSchema, smsOf, subjectOf } from '../../shared/outage/message.ts';

test.each([
  { from: 'Étude Lefèvre, cœur de réseau', to: 'Etude Lefevre, coeur de reseau' },
  { from: 'l’hôte « façade » – 3 €', to: 'l\'hote "facade" - 3 EUR' },
  { from: 'one\nline\tonly', to: 'one line only' },
  { from: '東京', to: '??' },
])('$from is $to in ASCII', ({ from, to }) => expect(asciiOf(from)).toBe(to));

test('a subject is under 100 characters and a short message at most 160', () => {
  expect(subjectOf('é'.repeat(300))).toHaveLength(99);
  expect(smsOf('é'.repeat(300))).toHaveLength(160);
  expect(smsOf('[a] {b} ~c~')).toBe('-a- -b- -c-');
});

const message = {
  eventId: 'outage-opened/a/b/c/1',
  topic: 'ops',
  subject: 'DOWN',
  email: 'text',
  sms: 'text',
  json: {},
  attributes: { kind: 'outage-opened' },
};
test.each([
  { name: 'an accent in the subject', wrong: { subject: 'RÉTABLI' } },
  { name: 'a subject of 100 characters', wrong: { subject: 'x'.repeat(100) } },
  { name: 'a short message of 161', wrong: { sms: 'x'.repeat(161) } },
  { name: 'a topic that nobody makes', wrong: { topic: 'clients' } },
  { name: 'an empty attribute', wrong: { attributes: { kind: 'credit', client: '' } } },
  { name: 'more than 256 KiB in all', wrong: { email: 'x'.repeat(262_144) } },
  { name: 'JSON that five protocols make too large', wrong: { json: { text: 'x'.repeat(60_000) } } },
])('$name is refused', ({ wrong }) => {
  expect(messageSchema.safeParse(message).success).toBe(true);
  expect(messageSchema.safeParse({ ...message, ...wrong }).success).toBe(false);
});
