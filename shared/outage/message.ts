/**
 * What leaves through the outbox: one message to one topic, in the words of every protocol that may be subscribed.
 *
 * Limits   those of SNS: a subject is ASCII, under 100 characters and one line; subject, bodies and attributes
 *          together 256 KiB, the JSON counted once for each protocol that gets it; ten attributes (SQS raw delivery).
 * Errors   a message over a limit is a bug of its author, and `messageSchema.parse` throws.
 */
import * as z from 'zod';

export const messageKinds = ['outage-opened', 'outage-closed', 'credit', 'statement', 'settlement', 'finding'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Protocols that are sent the machine form: sqs, https, http, lambda, default. */
const machineProtocols = 5;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const mostBytes = 256 * 1024;

export const messageSchema = z
  .strictObject({
    /** Stable: the same fact has the same id, however often it is worked out. A reader drops the second. */
    eventId: z.string().regex(/^[A-Za-z0-9._:/-]{1,256}$/),
    /** `ops`, the provider's own people; or `client/<id>`, the topic of one client. */
    topic: z.string().regex(/^(ops|client\/[a-z0-9-]+)$/),
    subject: z.string().regex(/^[\x20-\x7e]{1,99}$/),
    email: z.string().min(1),
    sms: z.string().min(1).max(160),
    /** The machine form; its schema is documented with the notice that makes it. */
    json: z.record(z.string(), z.json()),
    /** What subscribers filter on. A key without a value is absent: SNS takes no empty string. */
    attributes: z.strictObject({
      kind: z.enum(messageKinds),
      client: z.string().min(1).optional(),
      service: z.string().min(1).optional(),
      severity: z.string().min(1).optional(),
      tier: z.string().min(1).optional(),
    }),
  })
  .refine(
    ({ subject, email, sms, json, attributes }) =>
      bytesOf(subject) +
        bytesOf(email) +
        bytesOf(sms) +
        machineProtocols * bytesOf(JSON.stringify(JSON.stringify(json))) +
        bytesOf(JSON.stringify(attributes)) <=
      mostBytes,
    { error: 'a message is at most 256 KiB' },
  );
export type Message = Readonly<z.infer<typeof messageSchema>>;

const replaced: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '€': 'EUR',
  '\u00a0': ' ',
  '\u202f': ' ',
};

/** Letters lose their accents, quotes and dashes become plain, anything else outside ASCII a question mark. */
export const asciiOf = (text: string): string =>
  [...text.replace(/«\s*/g, '"').replace(/\s*»/g, '"')]
    .map((char) => replaced[char] ?? char)
    .join('')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 3)}...`);

/** A subject that SNS takes, whatever the language it was written in. */
export const subjectOf = (text: string): string => cut(asciiOf(text), 99);

/** A single SMS: ASCII without what GSM 03.38 lacks or counts twice, so 160 characters are 160 septets. */
export const smsOf = (text: string): string => cut(asciiOf(text).replace(/[`^{}[\]\\~|]/g, '-'), 160);
