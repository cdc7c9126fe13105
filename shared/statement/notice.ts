/**
 * What clients are told when a month is settled, and what the provider's people are told when it could not be: texts
 * made from a statement, adding no figure to it.
 */
import * as z from 'zod';
import { type Message, smsOf, subjectOf } from '../outage/message.ts';
import { downMsOf, leadOf, type Outcome, outcomeOf, overallOf } from './reading.ts';
import { rightLine } from './render/credits.ts';
import { type Presentation, pageOf } from './render/html.ts';
import type { Page } from './render/page.ts';
import { owedLine, verdictLine } from './render/verdict.ts';
import type { ServiceStatement, Statement } from './statement.ts';

/** How a statement was issued: what the ledger knows and the statement does not. */
export interface Issue extends Presentation {
  readonly revision: number;
  /** What this revision changes; the whole credit for a first one. */
  readonly differenceMinor: number;
  /** Where the documents are, as a reader finds them: `s3://bucket/key` or an address. */
  readonly documents: { readonly json: string; readonly html: string };
}

/** With names of 200 characters, so many fit in the 256 KiB that a message may have, its JSON once for each protocol. */
const mostServices = 40;

const serviceSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  outcome: z.enum(['met', 'missed', 'open', 'none'] satisfies Outcome[]),
  /** Exact shares `n/d`, of the first clause of the last terms in force. */
  target: z.string().optional(),
  figure: z.string().optional(),
  down_ms: z.int(),
  credit_minor: z.int(),
  claim_until: z.iso.datetime().optional(),
});

/** The machine form. Fields are added, never renamed: `schema` changes where one would change its meaning. */
export const statementJsonSchema = z.strictObject({
  schema: z.literal('vigie.statement/1'),
  kind: z.enum(['statement', 'credit', 'settlement']),
  /** The same for every repeat: drop what you have seen. */
  event_id: z.string(),
  client: z.strictObject({ id: z.string(), name: z.string() }),
  period: z.string(),
  revision: z.int().min(1),
  status: z.enum(['issued', 'held']),
  currency: z.string(),
  /** Decimals of the currency: 2 for EUR. */
  minor_digits: z.int(),
  credit_minor: z.int(),
  difference_minor: z.int(),
  /** The first of them: a message is 256 KiB. The documents have all. */
  services: z.array(serviceSchema),
  services_left_out: z.int().min(1).optional(),
  rights: z.array(z.strictObject({ service: z.string(), id: z.string() })),
  documents: z.strictObject({ json: z.string(), html: z.string() }),
});
export type StatementJson = z.infer<typeof statementJsonSchema>;

type Kind = StatementJson['kind'];

const eventIdOf = (kind: Kind, { client, period }: Statement, revision: number): string =>
  `${kind}/${client.id}/${period.label}/r${revision}`;

const jsonOf = (kind: Kind, statement: Statement, issue: Issue): StatementJson => ({
  schema: 'vigie.statement/1',
  kind,
  event_id: eventIdOf(kind, statement, issue.revision),
  client: { id: statement.client.id, name: statement.client.name },
  period: statement.period.label,
  revision: issue.revision,
  status: statement.status === 'held' ? 'held' : 'issued',
  currency: statement.client.currency,
  minor_digits: statement.client.minorDigits,
  credit_minor: statement.creditMinor,
  difference_minor: issue.differenceMinor,
  services: statement.services.slice(0, mostServices).map((service) => {
    const lead = lastLeadOf(service);
    return {
      id: service.id,
      name: service.name,
      outcome: outcomeOf(service),
      ...(lead?.target && { target: lead.target.exact }),
      ...(lead?.figure && { figure: lead.figure.exact }),
      down_ms: downMsOf(service),
      credit_minor: service.creditMinor,
      ...(service.claim && { claim_until: new Date(service.claim.until).toISOString() }),
    };
  }),
  ...(statement.services.length > mostServices && { services_left_out: statement.services.length - mostServices }),
  rights: statement.rights.slice(0, mostServices).map(({ service, id }) => ({ service, id })),
  documents: issue.documents,
});

/** The first lines of a list that may be as long as a client is large. */
const listed = (lines: readonly string[]): string[] => [
  ...lines.slice(0, mostServices),
  ...(lines.length > mostServices ? [`… (${lines.length})`] : []),
];

/** A verdict names every service that missed its target. */
const brief = (line: string): string => (line.length <= 2_000 ? line : `${line.slice(0, 2_000)}…`);

const lastLeadOf = ({ parts }: ServiceStatement) => {
  const last = parts.at(-1);
  return last && leadOf(last);
};

const serviceLine = ({ words, format, percent }: Page, service: ServiceStatement): string => {
  const lead = lastLeadOf(service);
  return words.notice.service(
    service.name,
    lead?.target ? format.share(lead.target.exact) : words.figures.nothingPromised,
    lead?.figure ? percent(lead.figure, lead.target) : words.figures.nothingMeasured,
    format.duration(downMsOf(service)),
    words.outcome[outcomeOf(service)],
  );
};

const claimLines = ({ statement, words, format }: Page): string[] =>
  statement.services.flatMap(({ name, claim, creditMinor }) =>
    claim && creditMinor > 0 ? [words.claim.until(name, format.instant(claim.until))] : [],
  );

const paragraphs = (...blocks: readonly (readonly (string | false)[])[]): string =>
  `${blocks
    .map((lines) => lines.filter((line) => line !== false).join('\n'))
    .filter((block) => block !== '')
    .join('\n\n')}\n`;

const footOf = ({ words }: Page, issue: Issue, eventId: string): string[] => [
  `${words.notice.document}${words.colon}${issue.documents.html}`,
  `${words.notice.reference}${words.colon}${eventId}`,
];

const messageOf = (
  kind: Kind,
  page: Page,
  issue: Issue,
  said: { readonly subject: string; readonly email: string; readonly sms: string },
): Message => ({
  eventId: eventIdOf(kind, page.statement, issue.revision),
  topic: kind === 'settlement' ? 'ops' : `client/${page.statement.client.id}`,
  subject: subjectOf(said.subject),
  email: said.email,
  sms: smsOf(said.sms),
  json: jsonOf(kind, page.statement, issue),
  attributes: { kind, client: page.statement.client.id },
});

/** The month is settled: sent to the client for every issued revision. */
export const statementNotice = (statement: Statement, issue: Issue): Message => {
  const page = pageOf(statement, issue);
  const { words, month, money } = page;
  const { notice } = words;
  const { missed } = overallOf(statement);
  const revised = issue.revision > 1;
  return messageOf('statement', page, issue, {
    subject: notice.statementSubject(statement.client.name, month, missed.length > 0),
    email: paragraphs(
      [words.titleFor(month), statement.client.name],
      [
        brief(verdictLine(page)),
        owedLine(page),
        revised && notice.corrects(issue.revision - 1),
        revised && issue.differenceMinor !== 0 && notice.difference(money(issue.differenceMinor)),
      ],
      listed(statement.services.map((service) => serviceLine(page, service))),
      listed(statement.rights.map((right) => rightLine(page, right))),
      listed(claimLines(page)),
      footOf(page, issue, eventIdOf('statement', statement, issue.revision)),
    ),
    sms: notice.smsStatement(statement.client.name, month, verdictLine(page), owedLine(page)),
  });
};

/** Money is owed, or what was owed has changed: none where the revision moves no money. */
export const creditNotice = (statement: Statement, issue: Issue): Message | undefined => {
  if (issue.differenceMinor === 0) return undefined;
  const page = pageOf(statement, issue);
  const { words, month, money } = page;
  const { notice } = words;
  const amount = money(statement.creditMinor);
  const revised = issue.revision > 1;
  const credited = statement.services.filter(({ creditMinor }) => creditMinor > 0);
  return messageOf('credit', page, issue, {
    subject: (revised ? notice.correctionSubject : notice.creditSubject)(statement.client.name, month, amount),
    email: paragraphs(
      [
        (revised ? notice.correctionOpening : notice.creditOpening)(amount, month),
        revised && notice.difference(money(issue.differenceMinor)),
      ],
      listed(credited.map((service) => notice.credit(service.name, money(service.creditMinor)))),
      statement.cuts.map(({ by, minor }) => notice.credit(words.cuts[by], money(-Math.abs(minor)))),
      listed(credited.map((service) => serviceLine(page, service))),
      listed(claimLines(page)),
      footOf(page, issue, eventIdOf('credit', statement, issue.revision)),
    ),
    sms: notice.smsCredit(statement.client.name, month, amount),
  });
};

/** Too little was measured: told to the provider's people and to nobody else. `issue.language` is theirs. */
export const heldNotice = (statement: Statement, issue: Issue): Message => {
  const page = pageOf(statement, issue);
  const { words, month, format } = page;
  const { notice, verdict } = words;
  const nameOf = (id: string): string => statement.services.find((service) => service.id === id)?.name ?? id;
  return messageOf('settlement', page, issue, {
    subject: notice.heldSubject(statement.client.name, month),
    email: paragraphs(
      [`${words.titleFor(month)}`, statement.client.name],
      [verdict.held, verdict.heldWhy],
      listed(
        statement.holds.map(({ service, saw, want }) =>
          verdict.coverage(nameOf(service), format.percent(saw), format.share(want)),
        ),
      ),
      [notice.nextForOps],
      footOf(page, issue, eventIdOf('settlement', statement, issue.revision)),
    ),
    sms: notice.smsHeld(statement.client.name, month),
  });
};
