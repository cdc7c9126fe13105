import * as z from 'zod';
import { canonicalJson, type Sha256 } from '../../shared/contract/canonical.ts';
import type { ClientPlan, Plan } from '../../shared/contract/plan.ts';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { evidenceInterval, type Gathering, gatherEvidence, settledInterval } from '../../shared/measure/gather.ts';
import { type Decision, decide } from '../../shared/statement/decision.ts';
import { type Documents, statementKey } from '../../shared/statement/documents.ts';
import { historyFor, pastOf } from '../../shared/statement/history.ts';
import { appended } from '../../shared/statement/ledger.ts';
import { creditNotice, heldNotice, statementNotice } from '../../shared/statement/notice.ts';
import { renderStatement } from '../../shared/statement/render/html.ts';
import { settle } from '../../shared/statement/settle.ts';
import type { Statement } from '../../shared/statement/statement.ts';
import type { ClientOutcome, SettlementRuns, StatementRecord, Statements } from '../../shared/statement/statements.ts';
import type { EpochMs } from '../../shared/time/span.ts';
import type { Log } from '../log.ts';

const settleSchema = z.object({
  client: z.string(),
  period: z.string(),
  /** Of the plan that the client is settled from. */
  version: z.string(),
  /** Of every plan whose probes may be evidence. */
  versions: z.array(z.string()),
  run: z.string(),
  revise: z.boolean().optional(),
});
export type SettleEvent = z.infer<typeof settleSchema>;

export interface SettleDeps {
  readonly plans: Pick<PlanDocuments, 'plan' | 'roster'>;
  readonly evidence: Omit<Gathering, 'plans' | 'versions'>;
  readonly statements: Omit<Statements, 'ledger'>;
  readonly settlementRuns: Pick<SettlementRuns, 'note'>;
  readonly documents: Pick<Documents, 'put'>;
  readonly bucket: string;
  /** Version of the time zone data that calendars are read from. */
  readonly tzdata: string;
  readonly sha256: Sha256;
  readonly now: () => EpochMs;
  readonly log: Log;
}

/** Two settlements of the same client at once: one wins, the other looks again and finds it done. */
const attempts = 5;

/** A statement before anybody decided what to do with it. */
interface Draft {
  readonly plan: Plan;
  readonly client: ClientPlan;
  readonly statement: Statement;
  readonly inputsHash: string;
  readonly figuresHash: string;
}

export const makeSettle = (deps: SettleDeps) => {
  const { plans, evidence, statements, settlementRuns, documents, bucket, tzdata, sha256, now, log } = deps;
  const hashOf = (value: unknown): string => sha256(canonicalJson(value));

  const draft = async ({ period, version, versions }: SettleEvent, plan: Plan, client: ClientPlan): Promise<Draft> => {
    const seen = await gatherEvidence(
      { ...evidence, plans, versions: [version, ...versions] },
      client,
      evidenceInterval(settledInterval(client, period)),
    );
    const past = latestOfEach(await statements.issued(client.id)).map((record) => record.past);
    const whole = { ...seen, ...historyFor(client, period, past) };
    const provenance = { planVersion: version, tzdata };
    const statement = settle({ client, period, evidence: whole, provenance });
    const { provenance: _, ...figures } = statement;
    return {
      ...{ plan, client, statement },
      inputsHash: hashOf({ client, period, evidence: whole }),
      figuresHash: hashOf(figures),
    };
  };

  /** Documents first, under the very versions that the record then names: a crash in between leaves unread files. */
  const enter = async (
    { plan, client, statement, inputsHash, figuresHash }: Draft,
    decision: Exclude<Decision, { kind: 'nothing' }>,
  ): Promise<boolean> => {
    const { revision } = decision;
    const period = statement.period.label;
    const held = decision.kind === 'hold';
    const presentation = presentationOf(plan, client, revision);
    const text = canonicalJson(statement);
    const keyOf = (type: 'json' | 'html') => statementKey(client.id, period, held ? 'held' : `r${revision}`, type);
    const json = await documents.put(keyOf('json'), text, 'json');
    const html = await documents.put(keyOf('html'), renderStatement(statement, presentation), 'html');
    const record: StatementRecord = {
      ...{ client: client.id, period, revision, inputsHash, figuresHash },
      status: held ? 'held' : 'issued',
      statementHash: sha256(text),
      planVersion: statement.provenance.planVersion,
      currency: client.currency,
      creditMinor: statement.creditMinor,
      settledAt: now(),
      documents: { json, html },
      past: pastOf(statement),
    };
    const addresses = { json: `s3://${bucket}/${json.key}`, html: `s3://${bucket}/${html.key}` };
    if (held) {
      const language = plan.provider.language;
      const issue = { ...presentation, language, revision, differenceMinor: 0, documents: addresses };
      return statements.enter(record, undefined, [heldNotice(statement, issue)]);
    }
    const { differenceMinor } = decision;
    const { statementHash, planVersion, currency, creditMinor, settledAt } = record;
    const entry = appended(
      await statements.ledgerHead(client.id),
      {
        ...{ client: client.id, period, revision, statementHash, planVersion, currency, creditMinor, differenceMinor },
        issuedAt: settledAt,
      },
      sha256,
    );
    const issue = { ...presentation, revision, differenceMinor, documents: addresses };
    const credit = creditNotice(statement, issue);
    return statements.enter(record, entry, [statementNotice(statement, issue), ...(credit ? [credit] : [])]);
  };

  const settleOne = async (event: SettleEvent): Promise<ClientOutcome> => {
    const { client: id, period, version, revise = false } = event;
    const plan = await plans.plan(version);
    const client = plan.clients.find((one) => one.id === id);
    if (!client) throw new Error(`plan ${version} holds no client ${id}`);
    // With evidence that is still to come, the same month settled tomorrow would be another.
    if (evidenceInterval(settledInterval(client, period)).end > now()) return { client: id, outcome: 'not-ended' };
    const drafted = await draft(event, plan, client);
    const { statement, inputsHash, figuresHash } = drafted;
    if (statement.services.length === 0) return { client: id, outcome: 'not-live' };
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const decision = decide(
        { status: statement.status, creditMinor: statement.creditMinor, inputsHash, figuresHash },
        await statements.revisions(id, period),
        await statements.held(id, period),
        revise,
      );
      if (decision.kind === 'nothing') return { client: id, outcome: decision.outcome };
      if (!(await enter(drafted, decision))) continue;
      return {
        client: id,
        outcome: decision.kind === 'hold' ? 'held' : decision.outcome,
        revision: decision.revision,
        creditMinor: statement.creditMinor,
        currency: client.currency,
      };
    }
    throw new Error(`the ledger of ${id} moved ${attempts} times while ${period} was being settled`);
  };

  return async (event: unknown): Promise<ClientOutcome> => {
    const decoded = settleSchema.parse(event);
    const outcome = await settleOne(decoded);
    await settlementRuns.note(decoded, outcome, now());
    log.info('client settled', { period: decoded.period, run: decoded.run, ...outcome });
    return outcome;
  };
};

/** Of each period the revision that holds. */
const latestOfEach = (records: readonly StatementRecord[]): StatementRecord[] => [
  ...new Map(records.map((record) => [record.period, record])).values(),
];

const presentationOf = (plan: Plan, { language, services }: ClientPlan, revision: number) => ({
  provider: plan.provider.name,
  revision,
  endpoints: Object.fromEntries(services.flatMap(({ endpoints }) => endpoints.map(({ id, name }) => [id, name]))),
  tiers: Object.fromEntries(
    plan.provider.tiers.map(({ id, name }) => [id, name[language] ?? name.fr ?? name.en ?? id]),
  ),
});
