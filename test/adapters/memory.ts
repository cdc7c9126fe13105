/** The stores in memory: plain objects that pass the same contract as DynamoDB, for tests of what uses them. */
import type { PlanPointer, PlanPointers } from '../../shared/contract/plan-pointer.ts';
import { type ColdDay, samplesIn } from '../../shared/measure/cold-day.ts';
import type { ColdDayKey, ColdDays } from '../../shared/measure/cold-days.ts';
import { type Days, type EndpointDay, sampleCount } from '../../shared/measure/days.ts';
import type { DeclaredWindow, MaintenanceWindows } from '../../shared/measure/windows.ts';
import type { Detections, RecordedOutage } from '../../shared/outage/detections.ts';
import type { Message } from '../../shared/outage/message.ts';
import { type DetectionState, noDetection } from '../../shared/outage/outage.ts';
import type { Outbox, Undeliverable } from '../../shared/outage/outbox.ts';
import type { TopicNote, TopicRegister } from '../../shared/outage/topics.ts';
import type { Beat, Beats } from '../../shared/probe/heartbeat.ts';
import type { LateDay, Runs, StoredLooks, StoredRun } from '../../shared/probe/runs.ts';
import { emptyLedger, type LedgerEntry } from '../../shared/statement/ledger.ts';
import type { ClientOutcome, SettlementRuns, StatementRecord, Statements } from '../../shared/statement/statements.ts';
import type { EpochMs, Interval } from '../../shared/time/span.ts';

export interface Stores {
  readonly runs: Runs;
  readonly days: Days;
  readonly pointers: PlanPointers;
  readonly outbox: Outbox;
  readonly detections: Detections;
  readonly windows: MaintenanceWindows;
  readonly statements: Statements;
  readonly settlementRuns: SettlementRuns;
  readonly register: TopicRegister;
  readonly beats: Beats;
}

interface Waiting {
  readonly message: Message;
  readonly createdAt: EpochMs;
  readonly done?: { readonly at: EpochMs; readonly why?: Undeliverable };
}

const by =
  <T>(key: (item: T) => number | string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;
const inside = ({ start, end }: Interval, at: number): boolean => start <= at && at < end;

/** Everything that was written, to compare one history with another. */
export interface Memory {
  readonly runs: Map<string, StoredRun>;
  readonly looks: Map<string, StoredLooks>;
  readonly late: Map<string, LateDay & { readonly place: string }>;
  readonly claims: Set<string>;
  readonly days: Map<string, EndpointDay>;
  readonly cold: Map<string, { readonly day: ColdDay; readonly months: number }>;
  readonly closed: Set<string>;
  readonly pointers: PlanPointer[];
  readonly outbox: Map<string, Waiting>;
  readonly states: Map<number, { state: DetectionState; rev: number }>;
  readonly outages: Map<string, RecordedOutage>;
  readonly windows: Map<string, DeclaredWindow>;
  readonly statements: Map<string, StatementRecord>;
  readonly ledgers: Map<string, LedgerEntry[]>;
  readonly outcomes: Map<string, ClientOutcome>;
  readonly topics: Map<string, TopicNote>;
  readonly settled: Set<string>;
  readonly beats: Map<string, Beat>;
}

export const newMemory = (): Memory => ({
  runs: new Map(),
  looks: new Map(),
  late: new Map(),
  claims: new Set(),
  days: new Map(),
  cold: new Map(),
  closed: new Set(),
  pointers: [],
  outbox: new Map(),
  states: new Map(),
  outages: new Map(),
  windows: new Map(),
  statements: new Map(),
  ledgers: new Map(),
  outcomes: new Map(),
  topics: new Map(),
  settled: new Set(),
  beats: new Map(),
});

/** True where it was not there yet. */
const putNew = <T>(map: Map<string, T>, key: string, value: T): boolean => {
  if (map.has(key)) return false;
  map.set(key, value);
  return true;
};

const nameOf = ({ eventId, topic }: Pick<Message, 'eventId' | 'topic'>): string => `${topic} ${eventId}`;

export const memoryStores = (memory: Memory = newMemory()): Stores => {
  let notes = 0;
  const tell = (messages: readonly Message[], createdAt: EpochMs): void => {
    for (const message of messages) putNew(memory.outbox, nameOf(message), { message, createdAt });
  };
  const finish = (message: Pick<Message, 'eventId' | 'topic'>, done: NonNullable<Waiting['done']>): void => {
    const waiting = memory.outbox.get(nameOf(message));
    if (waiting && !waiting.done) memory.outbox.set(nameOf(message), { ...waiting, done });
  };
  const runKey = ({ place, shard, scheduledAt }: StoredRun): string => `${place} ${shard} ${scheduledAt}`;
  const runsOf = (place: string, shard: number): StoredRun[] =>
    [...memory.runs.values()]
      .filter((run) => run.place === place && run.shard === shard)
      .sort(by((run) => run.scheduledAt));
  const recordsOf = (client: string, status: StatementRecord['status'], period?: string): StatementRecord[] =>
    [...memory.statements.values()]
      .filter((record) => record.client === client && record.status === status)
      .filter((record) => period === undefined || record.period === period)
      .sort(by(({ period: of, revision }) => `${of} ${String(revision).padStart(4, '0')}`));
  const headOf = (client: string) => memory.ledgers.get(client)?.at(-1) ?? emptyLedger;

  return {
    runs: {
      putOnce: async (run) => putNew(memory.runs, runKey(run), run),
      importAll: async (runs) => {
        for (const run of runs) memory.runs.set(runKey(run), run);
      },
      between: async (place, shard, within) =>
        runsOf(place, shard).filter(({ scheduledAt }) => inside(within, scheduledAt)),
      putLooks: async (looks) => putNew(memory.looks, `${looks.place} ${looks.shard} ${looks.writtenAt}`, looks),
      looksBetween: async (place, shard, within) =>
        [...memory.looks.values()]
          .filter((looks) => looks.place === place && looks.shard === shard && inside(within, looks.writtenAt))
          .sort(by(({ writtenAt }) => writtenAt)),
      noteLate: async (place, day) => {
        notes += 1;
        memory.late.set(`${place} ${day}`, { place, day, note: `${notes}` });
      },
      late: async (place) =>
        [...memory.late.values()]
          .filter((late) => late.place === place)
          .map(({ day, note }) => ({ day, note }))
          .sort(by(({ day }) => day)),
      forgetLate: async (place, { day, note }) => {
        if (memory.late.get(`${place} ${day}`)?.note === note) memory.late.delete(`${place} ${day}`);
      },
      claim: async (place, work, at) => {
        const name = `${place} ${work} ${at}`;
        const isFirst = !memory.claims.has(name);
        memory.claims.add(name);
        return isFirst;
      },
      newest: async (place, shard) => runsOf(place, shard).at(-1)?.scheduledAt,
    },
    days: {
      put: async (day) => {
        const key = `${day.endpoint} ${day.place} ${day.day}`;
        if (sampleCount(memory.days.get(key)?.segments ?? []) > sampleCount(day.segments)) return false;
        memory.days.set(key, day);
        return true;
      },
      of: async (endpoint, place, within) =>
        [...memory.days.values()]
          .filter((one) => one.endpoint === endpoint && one.place === place && inside(within, one.day))
          .sort(by(({ day }) => day)),
      close: async (place, day) => void memory.closed.add(`${place} ${day}`),
      closed: async (place, within) => {
        const days = [...memory.closed].map((key) => key.split(' ')).filter(([of]) => of === place);
        return new Set(days.map(([, day]) => Number(day) as EpochMs).filter((day) => inside(within, day)));
      },
    },
    pointers: {
      current: async () => memory.pointers.at(-1),
      history: async () => [...memory.pointers],
      advance: async (next) => {
        if (next.seq !== memory.pointers.length + 1) return false;
        memory.pointers.push(next);
        return true;
      },
    },
    outbox: {
      add: async (message, createdAt) => putNew(memory.outbox, nameOf(message), { message, createdAt }),
      isPending: async (message) => {
        const waiting = memory.outbox.get(nameOf(message));
        return waiting !== undefined && waiting.done === undefined;
      },
      markSent: async (message, at) => finish(message, { at }),
      markUndeliverable: async (message, at, why) => finish(message, { at, why }),
      pendingBefore: async (at) =>
        [...memory.outbox.values()]
          .filter(({ done, createdAt }) => !done && createdAt < at)
          .map(({ message, createdAt }) => ({ message, createdAt }))
          .sort(by(({ createdAt }) => createdAt)),
    },
    detections: {
      load: async (shard) => memory.states.get(shard) ?? { state: noDetection, rev: 0 },
      save: async ({ shard, rev, at }, { state, events }, messages) => {
        if ((memory.states.get(shard)?.rev ?? 0) !== rev) return false;
        memory.states.set(shard, { state, rev: rev + 1 });
        for (const event of events) {
          const { outage } = event;
          const end = event.kind === 'closed' ? { closedAt: event.closedAt, reason: event.reason } : {};
          memory.outages.set(`${outage.endpoint} ${outage.openedAt}`, { ...outage, ...end });
        }
        tell(messages, at);
        return true;
      },
      outages: async (client, within) =>
        [...memory.outages.values()]
          .filter(({ endpoint, openedAt }) => endpoint.startsWith(`${client}/`) && inside(within, openedAt))
          .sort(by(({ openedAt, endpoint }) => `${String(openedAt).padStart(13, '0')} ${endpoint}`)),
    },
    windows: {
      add: async (client, window) => putNew(memory.windows, `${client} ${window.id}`, window),
      list: async (client) =>
        [...memory.windows]
          .filter(([key]) => key.startsWith(`${client} `))
          .map(([, window]) => window)
          .sort(by(({ id }) => id)),
      cancel: async (client, id, cancelled) => {
        const window = memory.windows.get(`${client} ${id}`);
        if (!window || window.cancelled) return false;
        memory.windows.set(`${client} ${id}`, { ...window, cancelled });
        return true;
      },
    },
    statements: {
      revisions: async (client, period) => recordsOf(client, 'issued', period),
      held: async (client, period) => recordsOf(client, 'held', period),
      issued: async (client) => recordsOf(client, 'issued'),
      ledgerHead: async (client) => {
        const { seq, hash } = headOf(client);
        return { seq, hash };
      },
      ledger: async (client) => [...(memory.ledgers.get(client) ?? [])],
      enter: async (record, entry, messages) => {
        const edition = record.status === 'held' ? record.figuresHash : record.revision;
        const key = `${record.client} ${record.status} ${record.period} ${edition}`;
        const fits = entry === undefined || headOf(record.client).hash === entry.previous;
        if (memory.statements.has(key) || !fits) return false;
        memory.statements.set(key, record);
        if (entry) memory.ledgers.set(record.client, [...(memory.ledgers.get(record.client) ?? []), entry]);
        tell(messages, record.settledAt);
        return true;
      },
    },
    settlementRuns: {
      note: async ({ period, run }, outcome) => {
        memory.outcomes.set(`${period} ${run} ${outcome.client}`, outcome);
      },
      close: async (period) => void memory.settled.add(period),
      closed: async (period) => memory.settled.has(period),
      outcomes: async ({ period, run }) =>
        [...memory.outcomes]
          .filter(([key]) => key.startsWith(`${period} ${run} `))
          .map(([, outcome]) => outcome)
          .sort(by(({ client }) => client)),
    },
    register: {
      all: async () => [...memory.topics.values()].sort(by(({ client }) => client)),
      note: async (client) => void memory.topics.set(client, { client }),
      leave: async (client, leftAt) => void memory.topics.set(client, { client, leftAt }),
      forget: async (client) => void memory.topics.delete(client),
    },
    beats: {
      put: async (beat) => {
        if ((memory.beats.get(beat.caller)?.at ?? Number.NEGATIVE_INFINITY) >= beat.at) return false;
        memory.beats.set(beat.caller, beat);
        return true;
      },
      of: async (callers) => new Map([...memory.beats].filter(([caller]) => callers.includes(caller))),
    },
  };
};

export const memoryColdDays = ({ cold }: Pick<Memory, 'cold'> = newMemory()): ColdDays => {
  const keyOf = ({ place, shard, day }: ColdDayKey) => `${place} ${shard} ${day}`;
  return {
    keep: async (day, months) => {
      const before = cold.get(keyOf(day))?.day;
      if (before && (samplesIn(before) > samplesIn(day) || JSON.stringify(before) === JSON.stringify(day))) return;
      cold.set(keyOf(day), { day, months });
    },
    get: async (key) => cold.get(keyOf(key))?.day,
  };
};
