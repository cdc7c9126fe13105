/** A stack that lives in this process: plain objects in place of AWS. */
import type { Stack } from '../../cli/stack.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { versionOf } from '../../shared/contract/canonical.ts';
import { type Plan, planSchema } from '../../shared/contract/plan.ts';
import type { PlanPointer } from '../../shared/contract/plan-pointer.ts';
import type { DeclaredWindow } from '../../shared/measure/windows.ts';
import type { EpochMs } from '../../shared/time/span.ts';

export interface FakeStack extends Stack {
  readonly files: Map<string, string>;
  readonly declared: Map<string, DeclaredWindow[]>;
  readonly started: unknown[];
}

export const noRuns: Stack['runs'] = {
  between: async () => [],
  looksBetween: async () => [],
  newest: async () => undefined,
};

export const fakeStack = (plan: Plan | undefined, overrides: Partial<Stack> = {}): FakeStack => {
  const files = new Map<string, string>();
  const plans = new Map<string, Plan>();
  const declared = new Map<string, DeclaredWindow[]>();
  const started: unknown[] = [];
  const history: PlanPointer[] = [];
  const advance = (next: Plan): void => {
    const version = versionOf(next, sha256);
    plans.set(version, next);
    history.push({
      seq: history.length + 1,
      version,
      rosters: [{ places: ['home'], offsetsMs: [0] }],
      appliedAt: 0 as EpochMs,
    });
  };
  if (plan) advance(plan);
  return {
    name: 'Fake',
    files,
    declared,
    started,
    pointers: { current: async () => history.at(-1), history: async () => history, advance: async () => true },
    plans: {
      save: async () => {},
      plan: async (version) => {
        const found = plans.get(version);
        if (!found) throw new Error(`no plan ${version}`);
        return found;
      },
      roster: async () => ({ shard: 0, places: ['home'], slots: [] }),
    },
    documents: {
      put: async (key, text) => {
        files.set(key, text);
        return { key };
      },
      putOnce: async (key, text) => void files.set(key, files.get(key) ?? text),
      get: async ({ key }) => files.get(key),
    },
    runs: noRuns,
    days: { of: async () => [], closed: async () => new Set() },
    coldDays: { get: async () => undefined },
    windows: {
      add: async (client, window) => {
        const known = declared.get(client) ?? [];
        if (known.some(({ id }) => id === window.id)) return false;
        declared.set(client, [...known, window]);
        return true;
      },
      list: async (client) => declared.get(client) ?? [],
      cancel: async (client, id, cancelled) => {
        const window = (declared.get(client) ?? []).find((one) => one.id === id);
        if (!window || window.cancelled) return false;
        declared.set(
          client,
          (declared.get(client) ?? []).map((one) => (one.id === id ? { ...one, cancelled } : one)),
        );
        return true;
      },
    },
    detections: { load: async () => ({ state: { applied: {}, endpoints: {} }, rev: 0 }), outages: async () => [] },
    statements: { revisions: async () => [], held: async () => [], issued: async () => [], ledger: async () => [] },
    settlements: { outcomes: async () => [] },
    address: (key) => `s3://documents/${key}`,
    apply: async (key) => advance(planSchema.parse(JSON.parse(files.get(key) ?? ''))),
    beatAddress: async (endpoint) => `https://beats.example/${endpoint}/signature`,
    startSettlement: async (input) => {
      started.push(input);
      return 'execution';
    },
    settlement: async () => ({ state: 'done', output: { period: '2026-10', run: 'r', clients: 0, leftOver: 0 } }),
    ...overrides,
  };
};
