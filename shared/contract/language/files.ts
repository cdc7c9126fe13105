/** The two kinds of file in a client folder. */
import * as z from 'zod';
import { events } from '../plan.ts';
import { limitsField } from './credits.ts';
import {
  currencyField,
  dayField,
  idField,
  languageField,
  named,
  nameField,
  retentionField,
  textField,
  zoneField,
} from './fields.ts';
import { placeField } from './place.ts';
import { catalogueServiceField, serviceField } from './service.ts';
import { termsField } from './terms.ts';

const wantEmail = 'an e-mail address';
const wantPhone = 'a phone number with its country, such as "+33612345678"';
const emailField = z.string({ error: wantEmail }).regex(/^[^\s@]+@[^\s@]+\.[^\s@.]+$/, { error: wantEmail });
const phoneField = z.string({ error: wantPhone }).regex(/^\+[1-9](?:[ .]?\d){6,14}$/, { error: wantPhone });

const contactField = z
  .strictObject({
    name: nameField,
    role: textField.optional(),
    email: emailField.optional(),
    phone: phoneField.optional(),
    deputies: z.array(idField).optional().describe('Who answers in their place, first first.'),
  })
  .describe('A person who answers.');

const subscriptionField = z
  .strictObject({
    email: emailField.optional(),
    sms: phoneField.optional(),
    https: z
      .string()
      .regex(/^https:\/\/[^\s/]+\S*$/, { error: 'an address that begins with https://' })
      .optional(),
    sqs: z
      .string()
      .regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:\S+$/, { error: 'the ARN of a queue: arn:aws:sqs:…' })
      .optional(),
    events: z
      .array(z.enum(events, { error: events.join(', ') }))
      .min(1)
      .optional()
      .describe('What is told: outage, credit, statement. All of them if it is left out.'),
    severities: z.array(idField).min(1).optional(),
    services: z.array(idField).min(1).optional(),
    tiers: z.array(idField).min(1).optional(),
  })
  .describe('Who is told: one of email, sms, https or sqs.');
export type WrittenSubscription = z.output<typeof subscriptionField>;

const contacts = named(contactField, 'contacts')
  .optional()
  .describe('People who answer, each under an id of their own.');
export type WrittenContacts = z.output<typeof contacts>;
const notCovered = z.array(textField).optional().describe('What the agreement leaves out, in words.');

const change = {
  from: dayField.describe('First day on which it holds.'),
  terms: termsField.optional(),
  limits: limitsField.optional(),
};

const wantDays = 'a list of days such as [2026-12-25], or an iCalendar file such as holidays/france.ics';
const calendarField = z
  .string({ error: wantDays })
  .regex(/^(?:holidays\/)?[A-Za-z0-9][\w.-]{0,80}\.ics$/, { error: wantDays });

export const clientFile = z
  .strictObject({
    id: idField.describe(
      'Short and for good: lower-case letters, digits and hyphens. Keys and topics are named after it.',
    ),
    name: nameField.describe('As it stands on statements.'),
    language: languageField.optional().describe('Of statements and notices: fr or en.'),
    zone: zoneField.optional().describe("The provider's if it is left out."),
    currency: currencyField.optional().describe("The provider's if it is left out."),
    since: dayField.describe('First day of the agreement.'),
    until: dayField.optional().describe('First day that is no longer covered.'),
    tier: idField.optional().describe('Of every service that names none.'),
    retention: retentionField.optional(),
    contacts,
    notify: z.array(subscriptionField).optional().describe('Who of the client is told, and of what.'),
    'not-covered': notCovered,
    limits: limitsField.optional().describe('Of the contract as a whole, over all of its services.'),
    terms: termsField.optional().describe('Of every service of this client that does not say otherwise.'),
    services: named(serviceField, 'services').describe('What the client pays for, each under its id.'),
    changes: z
      .array(z.strictObject({ ...change, tier: idField.optional() }))
      .optional()
      .describe('What changes from a day on, oldest first.'),
  })
  .describe('One client of the provider.');
export type WrittenClient = z.output<typeof clientFile>;

export const providerFile = z
  .strictObject({
    id: idField.describe('Short and for good: lower-case letters, digits and hyphens.'),
    name: nameField.describe('As it stands on statements.'),
    language: languageField.describe('Of clients that name none: fr or en.'),
    zone: zoneField.describe('Of clients that name none: an IANA time zone.'),
    currency: currencyField.describe('Of clients that name none: ISO 4217.'),
    retention: retentionField.optional(),
    contacts,
    'on-call': z
      .array(subscriptionField)
      .optional()
      .describe('Who is told of every outage, and of statements that need a human.'),
    severities: named(textField, 'severities')
      .optional()
      .describe('From the worst; critical, major and minor if it is left out.'),
    holidays: named(z.union([z.array(dayField), calendarField], { error: wantDays }), 'lists of days')
      .optional()
      .describe('Lists of days by name, for `holidays:` of service hours: days, or an iCalendar file.'),
    places: named(placeField, 'places')
      .optional()
      .describe('Where probes come from beside `home`, the region of the stack: each under an id for good.'),
    'not-covered': notCovered,
    limits: limitsField.optional().describe('Of each contract as a whole.'),
    terms: termsField.optional().describe('What every client gets unless their file says otherwise.'),
    tiers: named(
      z.strictObject({
        name: textField,
        terms: termsField.optional(),
        changes: z.array(z.strictObject({ from: dayField, terms: termsField })).optional(),
      }),
      'tiers',
    )
      .optional()
      .describe('Levels of service that a client or a service names by `tier:`, each under its id.'),
    services: named(catalogueServiceField, 'services')
      .optional()
      .describe('The catalogue: services that clients subscribe to.'),
    changes: z.array(z.strictObject(change)).optional().describe('What changes from a day on, oldest first.'),
  })
  .describe('The managed service provider: what its clients share.');
export type WrittenProvider = z.output<typeof providerFile>;
