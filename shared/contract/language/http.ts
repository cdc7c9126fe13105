/** HTTP checks as written: what is sent, and what must come back. */
import * as z from 'zod';
import { httpMethods } from '../../probe/check.ts';
import { bodyLimitsBytes } from '../../probe/check-schema.ts';
import { hasWrongReference, refersToSecret } from '../../probe/secrets.ts';
import { refuse, wordsField } from './fields.ts';

const wantUrl = 'an address such as https://www.example.com/health';
const wantStatus = 'status codes such as 200 or "200-299"';
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'a header name' });
const header = z.record(headerName, z.string({ error: 'a text' }));

const wantReference =
  '{{secret:NAME}} or {{parameter:NAME}}, the name of letters, digits, ".", "_" and "-", as AWS has it under vigie/CLIENT/';

/** What may hold references to secrets, and none that is misspelt: it would be sent as it is. */
export const sentField = <T extends z.ZodType<string>>(field: T) =>
  field.superRefine((text, ctx) => {
    if (hasWrongReference(text)) refuse(ctx, 'bad-value', wantReference);
  });

/** What a header of this name carries lets somebody in, and a plan is kept in clear, as evidence, for years. */
const secret = /auth|cookie|token|secret|password|credential|api-?key/i;

export const sentHeader = z.record(headerName, sentField(z.string({ error: 'a text' }))).superRefine((headers, ctx) => {
  for (const [name, value] of Object.entries(headers))
    if (secret.test(name) && !refersToSecret(value))
      refuse(
        ctx,
        'bad-value',
        'no credential in clear, plans are not a place for secrets, but where it is kept: "Bearer {{secret:NAME}}" for the secret vigie/CLIENT/NAME of AWS Secrets Manager',
        [name],
      );
});

const sizes = { KiB: 1024, MiB: 1024 * 1024 };
const wantSize = 'a size from 1 KiB to 1 MiB, such as 256 KiB';
const sizeField = z
  .string({ error: wantSize })
  .regex(/^\d{1,4} ?[KM]iB$/, { error: wantSize })
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('MiB') ? sizes.MiB : sizes.KiB))
  .superRefine((bytes, ctx) => {
    if (bytes < bodyLimitsBytes.least || bytes > bodyLimitsBytes.most) refuse(ctx, 'out-of-range', wantSize);
  });

const patternField = z.string({ error: 'a pattern' }).min(1, { error: 'a pattern' });
const wantValue = 'a text, a number, true, false or null';

const jsonField = z
  .strictObject({
    path: z
      .string({ error: 'a JSON path such as $.status' })
      .describe('As RFC 9535 has it: $.status, $.services[*].state.'),
    is: z.union([z.string(), z.number(), z.boolean(), z.null()], { error: wantValue }).optional(),
    contains: wordsField.optional().describe('A part of a text.'),
    regex: patternField.optional().describe("As the check's own: for a text."),
    'at-least': z.number({ error: 'a number' }).optional(),
    'at-most': z.number({ error: 'a number' }).optional(),
    exists: z.boolean({ error: 'true or false' }).optional().describe('false: the path must find nothing.'),
  })
  .describe('What a path finds must be there, and each of its values as the rest says.');

export const httpField = z
  .union([
    z.string({ error: wantUrl }),
    z.strictObject({
      url: z.string({ error: wantUrl }),
      method: z.enum(httpMethods, { error: 'GET, HEAD, POST, PUT or OPTIONS' }).optional(),
      headers: sentHeader
        .optional()
        .describe('Headers to send. Credentials by reference: "Bearer {{secret:NAME}}" or {{parameter:NAME}}.'),
      body: sentField(z.string({ error: 'a text' }))
        .optional()
        .describe('May hold {{secret:NAME}} too.'),
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
      text: wordsField.optional().describe('Must occur in what is read of the answer.'),
      regex: patternField
        .optional()
        .describe('An RE2 pattern that must match somewhere in what is read of the answer.'),
      json: z
        .array(jsonField, { error: 'a list such as [{ path: $.status, is: ok }]' })
        .min(1)
        .max(20, { error: 'at most 20 paths' })
        .optional()
        .describe('What the answer must say, as JSON: [{ path: $.status, is: ok }].'),
      most: sizeField
        .optional()
        .describe('How much of the answer is read, decoded: 64 KiB if it is left out, 1 MiB at most.'),
      'answer-headers': header.optional().describe('Headers that the answer must carry, and what each must contain.'),
      redirects: z
        .int({ error: 'from 0 to 20' })
        .min(0, { error: 'from 0 to 20' })
        .max(20, { error: 'from 0 to 20' })
        .optional(),
      http2: z
        .boolean({ error: 'true or false' })
        .optional()
        .describe('true offers HTTP/2 to the server. HTTP/1.1 alone if it is left out: it costs less.'),
    }),
  ])
  .describe(
    'An address, or { url, method, headers, body, status, text, regex, json, most, answer-headers, redirects, http2 }.',
  );
