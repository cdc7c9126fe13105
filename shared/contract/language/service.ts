/** Services and the endpoints that make them, as written. */
import * as z from 'zod';
import { endpointField } from './endpoint.ts';
import { dayField, idField, moneyField, named, textField } from './fields.ts';
import { composeField, termsField } from './terms.ts';

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
