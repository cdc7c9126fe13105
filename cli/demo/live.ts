import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../../shared/contract/plan.ts';
import type { HttpCheck } from '../../shared/probe/check.ts';
import { isDue, rostersOf } from '../../shared/probe/roster.ts';
import { decodeRun, runVersion } from '../../shared/probe/run.ts';
import { type EpochMs, epochMs } from '../../shared/time/span.ts';
import type { Deployed } from './deployed.ts';
import type { Inbox, Notice } from './inbox.ts';
import { until } from './story.ts';

const minuteMs = 60_000;

type Say = (line: string) => void;

/** Sends the schedule's event for one minute after the other, each its own, from some that have passed. */
export interface Ticker {
  /** One tick, and the run that it led to, read back from DynamoDB. */
  next(say: Say): Promise<{ readonly minute: EpochMs; readonly up: number; readonly doubted: number }>;
  /** Ticks until there is an answer. */
  until<T>(what: string, most: number, ask: () => Promise<T | undefined>, say: Say): Promise<T>;
}

export const openTicker = (stack: Deployed, plan: Plan, now: number): Ticker => {
  // An hour back: the schedule itself takes the minutes from now on.
  let minute = Math.floor(now / minuteMs) * minuteMs - 60 * minuteMs;
  const shards = rostersOf(plan).filter(({ places }) => places.includes(stack.place));
  const next: Ticker['next'] = async (say) => {
    minute += minuteMs;
    const at = epochMs(minute);
    await stack.tick(at);
    let [up, doubted] = [0, 0];
    for (const { shard, slots } of shards) {
      const run = await until(`the run of shard ${shard}`, 40_000, async () => {
        const [found] = await stack.runs.between(stack.place, shard, { start: at, end: epochMs(at + 1) });
        return found;
      });
      const outcomes = decodeRun(runVersion, run.codes);
      up += outcomes.filter(({ state }) => state === 'up').length;
      // What failed, or fails already, is no part of the run: the slow lane says what it is.
      doubted += slots.filter((check, slot) => isDue(check, at) && outcomes[slot]?.state !== 'up').length;
    }
    say(`run stored: ${up} up${doubted > 0 ? `, ${doubted} left to a second look` : ''}`);
    return { minute: at, up, doubted };
  };
  return {
    next,
    until: async (what, most, ask, say) => {
      for (let ticks = 0; ticks < most; ticks++) {
        await next(say);
        for (let asked = 0; asked < 5; asked++, await sleep(200)) {
          const answer = await ask();
          if (answer !== undefined) return answer;
        }
      }
      return until(what, 20_000, ask);
    },
  };
};

/** The first notice of a kind about a client that the queue holds. */
export const noticeOf = async (
  inbox: Inbox,
  wanted: { readonly kind: string; readonly client: string; readonly topic: string },
): Promise<Notice | undefined> =>
  (await inbox.read()).find(
    ({ attributes, topicArn }) =>
      attributes.kind === wanted.kind && attributes.client === wanted.client && topicArn === wanted.topic,
  );

export interface Breakable {
  readonly client: string;
  readonly name: string;
  readonly check: HttpCheck;
}

/** The stand-in whose outage is the most severe, among those that no other endpoint shares. */
export const breakable = ({ provider, clients }: Plan, isStandIn: (url: string) => boolean): Breakable | undefined => {
  const all = clients.flatMap((client) =>
    client.services.flatMap(({ name, severity, endpoints }) =>
      endpoints.flatMap(({ name: endpoint, check }) =>
        check.kind === 'http'
          ? [{ client: client.id, name: `${client.name}, ${name}, ${endpoint}`, severity, check }]
          : [],
      ),
    ),
  );
  const rank = (severity: string): number => provider.severities.findIndex(({ id }) => id === severity);
  return all
    .filter(
      ({ check }) =>
        isStandIn(check.url) && all.every((other) => other.check === check || other.check.url !== check.url),
    )
    .toSorted((a, b) => rank(a.severity) - rank(b.severity))[0];
};
