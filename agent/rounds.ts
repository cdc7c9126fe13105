/** Rounds and rechecks of one place in one process: what tick, probe and recheck do in AWS, by the same code. */
import type { Attempting } from '../shared/probe/attempt.ts';
import { minuteMs } from '../shared/probe/check-schema.ts';
import { type AskReferences, type Network, openNetwork } from '../shared/probe/connectivity.ts';
import { type Failing, newStreaks } from '../shared/probe/failing.ts';
import { decodeLooks, looksVersion, sampleOfLook } from '../shared/probe/looks.ts';
import { newPace } from '../shared/probe/pace.ts';
import { retrySuspects, watchFailing } from '../shared/probe/recheck.ts';
import { isDue, partOf, type Roster } from '../shared/probe/roster.ts';
import { runRound } from '../shared/probe/round.ts';
import { decodeRun, runVersion, samplesOf } from '../shared/probe/run.ts';
import type { Runs } from '../shared/probe/runs.ts';
import type { EpochMs } from '../shared/time/span.ts';
import type { FollowedPlan } from './follow.ts';
import type { AgentLog } from './log.ts';
import { steadyFrom } from './minutes.ts';
import type { Spooled } from './spooled.ts';

export interface RoundsDeps extends Pick<Attempting, 'probe' | 'sleep' | 'turn' | 'deadline'> {
  readonly place: string;
  readonly wall: () => number;
  readonly monotonic: () => number;
  readonly random: () => number;
  /** Asks what is named for the place; or, where nothing is, what an agent can always reach: AWS. */
  readonly ask: (references: readonly string[]) => AskReferences;
  /** False where it was kept already. */
  readonly keep: (spooled: Spooled) => Promise<boolean>;
  readonly log: AgentLog;
}

export interface Rounds {
  /** What is due at an instant, and what follows from it. Resolves once all of it is kept; never rejects. */
  begin(at: EpochMs, plan: FollowedPlan): Promise<void>;
  failing(): number;
}

export const makeRounds = ({ place, wall, monotonic, keep, log, ask, ...world }: RoundsDeps): Rounds => {
  const streaks = newStreaks();
  const pace = newPace();
  let [network, networkOf]: [Network?, FollowedPlan?] = [];
  /** Those that the slow lane took over when the minute began, and has until it ends. */
  let watched: readonly Failing[] = [];

  /** Where runs and looks go; what they say of who fails is remembered on the way. */
  const storeOf = (roster: Roster): Pick<Runs, 'putOnce' | 'putLooks'> => ({
    putOnce: async (run) => {
      const kept = await keep({ kind: 'run', run });
      const samples = samplesOf({ startedAt: run.startedAt, outcomes: decodeRun(runVersion, run.codes) }, roster);
      for (const check of roster.slots) {
        const sample = samples.get(check.id);
        if (kept && sample) streaks.saw(check, sample);
      }
      return kept;
    },
    putLooks: async (looks) => {
      const kept = await keep({ kind: 'looks', looks });
      for (const look of kept ? decodeLooks(looksVersion, looks.packed, looks.writtenAt) : []) {
        const check = roster.slots[look.slot];
        if (check) streaks.saw(check, sampleOfLook(look));
      }
      return kept;
    },
  });

  /** Named references are of the network around; AWS proves the internet and nothing of what is near. */
  const networkFor = (plan: FollowedPlan): Network => {
    if (network && networkOf === plan) return network;
    networkOf = plan;
    network = openNetwork(ask(plan.references), monotonic, plan.references.length > 0 ? 'near' : 'internet');
    return network;
  };
  const laneOf = (roster: Roster, plan: FollowedPlan, now: () => number) => ({
    ...{ ...world, now, place, roster },
    ...{ network: networkFor(plan), planVersion: plan.version, runs: storeOf(roster) },
  });

  const roundOf = async (roster: Roster, scheduledAt: EpochMs, plan: FollowedPlan, now: () => number) => {
    const lane = laneOf(roster, plan, now);
    const retries: Promise<void>[] = [];
    await runRound({
      ...{ ...lane, scheduledAt, pace, leaveOut: watched },
      handOver: async (suspects, _part, startedAt) => {
        const part = partOf(roster, { slots: suspects.map(({ slot }) => slot) });
        retries.push(retrySuspects({ ...lane, roster: part, suspects, startedAt }));
      },
    });
    await Promise.all(retries);
  };

  const watchOf = async (scheduledAt: EpochMs, plan: FollowedPlan, now: () => number) => {
    const failing = streaks.failing();
    watched = failing;
    const startedAt = now();
    await Promise.all(
      plan.rosters.map((roster) => {
        const part = partOf(roster, { ids: failing.map(({ id }) => id) });
        if (part.checks.size === 0) return undefined;
        return watchFailing({
          ...laneOf(roster, plan, now),
          ...{ shards: [{ roster: part, failing }], scheduledAt, startedAt },
        });
      }),
    );
  };

  return {
    begin: async (at, plan) => {
      const now = steadyFrom(wall, monotonic);
      const due = plan.rosters.filter(({ slots }) => slots.some((check) => isDue(check, at)));
      const work = [
        ...(at % minuteMs === 0 ? [watchOf(at, plan, now)] : []), // first: rounds leave out what it takes
        ...due.map((roster) => roundOf(roster, at, plan, now)),
      ];
      for (const done of await Promise.allSettled(work))
        if (done.status === 'rejected') log.error('a part of a round failed', { at, reason: String(done.reason) });
    },
    failing: () => streaks.failing().length,
  };
};
