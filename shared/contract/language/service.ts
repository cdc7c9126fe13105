/** Services and the endpoints that make them, as written. */
import { z } from 'zod';
import { dayField, idField, moneyField, named, nameField, textField, wordsField } from './fields.ts';
import { composeField, probeFields, termsField } from './terms.ts';

const wantUrl = 'an address such as https://www.example.com/health';
const wantStatus = 'status codes such as 200 or "200-299"';
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'a header name' });
const header = z.record(headerName, z.string({ error: 'a text' }));

/** What a header of this name carries lets somebody in, and a plan is kept in clear, as evidence, for years. */
const secret = /auth|cookie|token|secret|password|credential|api-?key/i;
const sentHeader = z.record(
  headerName.refine((name) => !secret.test(name), {
    error: 'a header without a credential: plans are not a place for secrets, so probe a page that asks for none',
  }),
  z.string({ error: 'a text' }),
);

const httpField = z
  .union([
    z.string({ error: wantUrl }),
    z.strictObject({
      url: z.string({ error: wantUrl }),
      method: z.enum(['GET', 'HEAD', 'POST'], { error: 'GET, HEAD or POST' }).optional(),
      headers: sentHeader
        .optional()
        .describe('Headers to send. None that carries a credential: a plan is no place for secrets.'),
      body: z.string({ error: 'a text' }).optional(),
      status: z
        .array(
          z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]\d\d-[1-5]\d\d$/, { error: wantStatus })], {
            error: wantStatus,
          }),
          {
            error: `a list of ${wantStatus}`,
          },
        )
        .min(1)
        .optional()
        .describe('Status codes that mean up: [200, "300-399"]. 200 to 399 if it is left out.'),
      text: wordsField.optional().describe('Must occur in the first 64 KiB of the answer.'),
      'answer-headers': header.optional().describe('Headers that the answer must carry, and what each must contain.'),
      redirects: z
        .int({ error: 'from 0 to 20' })
        .min(0, { error: 'from 0 to 20' })
        .max(20, { error: 'from 0 to 20' })
        .optional(),
    }),
  ])
  .describe('An address, or { url, method, headers, body, status, text, answer-headers, redirects }.');

export const endpointField = z
  .strictObject({
    name: nameField.optional().describe('As it stands on statements; the id if it is left out.'),
    http: httpField.optional(),
    tcp: z
      .string({ error: 'a host and a port such as mail.example.com:993' })
      .optional()
      .describe('Host and port: mail.example.com:993.'),
    fee: moneyField.optional().describe("Its own part of the service's fee."),
    ...probeFields,
  })
  .describe('What is probed: http or tcp.');
export type WrittenEndpoint = z.output<typeof endpointField>;

/** From this day on, in the client's zone; fields that are left out stay as they were. */
const change = { from: dayField.describe('First day on which it holds.') };

const serviceFields = {
  description: textField.optional(),
  fee: moneyField.optional().describe('What it costs per month, or per `fee-per`: 1 250.00 EUR.'),
  severity: idField.optional().describe('Of an outage of this service; the worst if it is left out.'),
  'up-when': composeField.optional(),
  endpoints: named(endpointField, 'endpoints').optional().describe('What is probed, each under its id.'),
  terms: termsField.optional(),
};

export const catalogueServiceField = z
  .strictObject({
    name: textField,
    ...serviceFields,
    changes: z
      .array(z.strictObject({ ...change, fee: moneyField.optional(), terms: termsField.optional() }))
      .optional(),
  })
  .describe('A service that clients subscribe to by its name.');

export const serviceField = z
  .strictObject({
    name: textField.optional(),
    catalogue: idField.optional().describe("The provider's service that is subscribed to."),
    tier: idField.optional().describe("One of the provider's tiers."),
    ...serviceFields,
    since: dayField.optional().describe('First day covered; that of the client if it is left out.'),
    until: dayField.optional().describe('First day that is no longer covered.'),
    changes: z
      .array(
        z.strictObject({
          ...change,
          tier: idField.optional(),
          fee: moneyField.optional(),
          terms: termsField.optional(),
        }),
      )
      .optional()
      .describe('What changes from a day on, oldest first.'),
  })
  .describe('What the client pays for, its endpoints and its terms.');
export type WrittenService = z.output<typeof serviceField>;
