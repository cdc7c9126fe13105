/** A small provider with two clients, its stores in memory, and machinery that dies when told to. */
import { itemOfLooks, itemOfRun } from '../../shared/adapters/dynamodb/runs.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { versionOf } from '../../shared/contract/canonical.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { Plan } from '../../shared/contract/plan.ts';
import type { PlanDocuments } from '../../shared/contract/plan-documents.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import type { CheckBase, FailureCause } from '../../shared/probe/check.ts';
import { homePlace } from '../../shared/probe/place.ts';
import { rostersOf } from '../../shared/probe/roster.ts';
import { encodeRun, type Outcome } from '../../shared/probe/run.ts';
import type { StoredLooks, StoredRun } from '../../shared/probe/runs.ts';
import { contentTypes, type Documents } from '../../shared/statement/documents.ts';
import { epochMs } from '../../shared/time/span.ts';
import { type Memory, memoryStores, newMemory } from '../adapters/memory.ts';

const provider = `
id: msp
name: MSP
language: en
zone: Europe/Paris
currency: EUR
on-call:
  - email: duty@msp.example
terms:
  target: 99.9 %
  probe: { every: 5 min, timeout: 10 s, confirm: 2 }
  credits:
    - { when: availability < 99.9 %, pay: 10 % }
    - { when: availability < 95.0 %, pay: 50 % }
`;

const client = (id: string, more = ''): string => `
id: ${id}
name: ${id}
since: 2026-01-01
notify:
  - email: it@${id}.example
services:
  mail:
    name: Mail
    fee: 100.00 EUR
    endpoints:
      smtp: { name: SMTP, tcp: "smtp.${id}.example:25" }
      web: { name: Web, http: "https://mail.${id}.example/" }
${more}`;

/** Clients by id, with lines added to their file. */
export const planWith = (clients: Readonly<Record<string, string>>): Plan => {
  const decoded = decodeFolder([
    { path: 'provider.yaml', text: provider },
    ...Object.entries(clients).map(([id, more]) => ({ path: `clients/${id}.yaml`, text: client(id, more) })),
  ]);
  if (!decoded.ok) throw new Error(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value;
};

/** The same plan with the checks of each client changed. */
export const withChecks = (plan: Plan, changed: (client: string) => Partial<CheckBase>): Plan => ({
  ...plan,
  clients: plan.clients.map((client) => ({
    ...client,
    services: client.services.map((service) => ({
      ...service,
      endpoints: service.endpoints.map((endpoint) => ({
        ...endpoint,
        check: { ...endpoint.check, ...changed(client.id) },
      })),
    })),
  })),
});

export const versionOfPlan = (plan: Plan): string => versionOf(plan, sha256);

export const memoryPlans = (...plans: readonly Plan[]): PlanDocuments => {
  const saved = new Map(plans.map((plan) => [versionOfPlan(plan), plan]));
  const planOf = (version: string): Plan => {
    const plan = saved.get(version);
    if (!plan) throw new Error(`there is no plan ${version}`);
    return plan;
  };
  return {
    save: async (version, plan) => void saved.set(version, plan),
    plan: async (version) => planOf(version),
    roster: async (version, shard) => {
      const roster = rostersOf(planOf(version))[shard];
      if (!roster) throw new Error(`plan ${version} has no shard ${shard}`);
      return roster;
    },
  };
};

export const memoryDocuments = (): Documents & { readonly texts: Map<string, string> } => {
  const texts = new Map<string, string>();
  return {
    texts,
    put: async (key, text, type) => {
      if (!contentTypes[type]) throw new Error(`no such type: ${type}`);
      texts.set(key, text);
      return { key, versionId: `v${texts.size}` };
    },
    putOnce: async (key, text) => void (texts.has(key) || texts.set(key, text)),
    get: async ({ key }) => texts.get(key),
  };
};

export const quiet = { info: () => {}, error: () => {} };

export const place = homePlace;
/** A minute of a day in October. */
export const at = (minute: number): ReturnType<typeof epochMs> => epochMs(Date.UTC(2026, 9, 5, 12) + minute * 60_000);

const up: Outcome = { state: 'up', latencyMs: 20 };
const down = (cause: FailureCause = 'refused'): Outcome => ({ state: 'down', cause });

/** A run in which the endpoints that are named fail, and all others answer. */
export const runOfMinute = (plan: Plan, minute: number, failing: readonly string[] = [], shard = 0): StoredRun => ({
  place,
  shard,
  scheduledAt: at(minute),
  startedAt: epochMs(at(minute) + 500),
  planVersion: versionOfPlan(plan),
  codes: encodeRun((rostersOf(plan)[shard]?.slots ?? []).map(({ id }) => (failing.includes(id) ? down() : up))),
});

/** A DynamoDB stream's event as Lambda gets it: bytes are base64. */
export const streamOf = (images: readonly Record<string, unknown>[]): unknown => ({
  Records: images.map((image, index) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: String(index + 1), NewImage: imageOf(image) },
  })),
});

const imageOf = (image: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, attributeOf(value)]));

const attributeOf = (value: unknown): Record<string, unknown> => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: imageOf(value as Record<string, unknown>) };
};

export const imageOfRun = (run: StoredRun): Record<string, unknown> => itemOfRun(run, 0);
export const imageOfLooks = (looks: StoredLooks): Record<string, unknown> => itemOfLooks(looks);

/** Counts what is written and dies at the n-th: before it takes effect, or just after. */
export interface Killer {
  writes: number;
  readonly dieAt: number;
  readonly when: 'before' | 'after';
}

export const killer = (dieAt = Number.POSITIVE_INFINITY, when: Killer['when'] = 'before'): Killer => ({
  writes: 0,
  dieAt,
  when,
});

const reading =
  /^(get|list|all|load|of|closed|between|looksBetween|late|newest|current|history|revisions|held|issued|ledgerHead|ledger|outcomes|outages|isPending|pendingBefore|plan|roster|problems)$/;

/** The same object, whose writing methods die with the killer. */
export const mortal = <T extends object>(whole: T, fate: Killer): T =>
  Object.fromEntries(
    Object.entries(whole).map(([name, method]) => {
      if (typeof method !== 'function' || reading.test(name)) return [name, method];
      return [
        name,
        async (...args: unknown[]) => {
          const dies = ++fate.writes === fate.dieAt;
          if (dies && fate.when === 'before') throw new Error('killed');
          const answer = await method(...args);
          if (dies) throw new Error('killed');
          return answer;
        },
      ];
    }),
  ) as T;

export interface World {
  readonly memory: Memory;
  readonly stores: ReturnType<typeof memoryStores>;
  readonly documents: ReturnType<typeof memoryDocuments>;
}

export const newWorld = (): World => {
  const memory = newMemory();
  return { memory, stores: memoryStores(memory), documents: memoryDocuments() };
};

/** What was published, in order. */
export const recordingPublisher = (answers: (eventId: string) => 'published' | 'no-topic' = () => 'published') => {
  const sent: string[] = [];
  return {
    sent,
    publish: async ({ eventId, topic }: { readonly eventId: string; readonly topic: string }) => {
      sent.push(`${topic} ${eventId}`);
      return answers(eventId);
    },
  };
};

const outcomes: Readonly<Record<string, Outcome>> = {
  u: { state: 'up', latencyMs: 20 },
  d: { state: 'down', cause: 'status' },
  '?': { state: 'unknown' },
  '-': { state: 'not-due' },
};
/** By a letter: up, down, `?` unknown, `-` not due. */
export const outcomeOf = (letter: string): Outcome => outcomes[letter] ?? { state: 'unknown' };
