/** How the agent is, in one small file: for health checks, and for whoever is logged in. Written once a minute. */
import { join } from 'node:path';
import * as z from 'zod';
import { minuteMs } from '../shared/probe/check-schema.ts';
import { mostClockOffMs } from './minutes.ts';
import { readIfThere } from './whole-file.ts';

const instantSchema = z.iso.datetime();

export const stateSchema = z.object({
  v: z.literal(1),
  at: instantSchema,
  startedAt: instantSchema,
  agent: z.string(),
  place: z.string(),
  plan: z.string().optional(),
  endpoints: z.int(),
  failing: z.int(),
  lastRound: instantSchema.optional(),
  /** Whether AWS answered last. */
  online: z.boolean(),
  lastSent: instantSchema.optional(),
  sent: z.int(),
  waiting: z.int(),
  waitingBytes: z.int(),
  oldestWaiting: instantSchema.optional(),
  onlyInMemory: z.int(),
  lost: z.int(),
  setAside: z.int(),
  /** How far AWS's clock is ahead of this one, to half a second; none before AWS answered. */
  clockOffMs: z.int().optional(),
  rssMb: z.int(),
  lastError: z.string().optional(),
});
export type AgentState = z.infer<typeof stateSchema>;

export const statePath = (folder: string): string => join(folder, 'state.json');

export interface Health {
  readonly ok: boolean;
  /** For people, a line each. */
  readonly lines: readonly string[];
}

/** Two minutes may be missed by a busy machine; three are a process that stands still. */
const staleMs = 3 * minuteMs;

const sizes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Being cut off is not being ill: a restart would help nobody. Standing still, losing samples and a wrong clock are. */
export const healthOf = (state: AgentState, now: number): Health => {
  const ageMs = now - Date.parse(state.at);
  const faults = [
    ...(ageMs > staleMs ? [`stands still: it last said anything at ${state.at}`] : []),
    ...(state.endpoints > 0 && Date.parse(state.at) - Date.parse(state.lastRound ?? state.startedAt) > staleMs
      ? ['no round was made for three minutes']
      : []),
    ...(Math.abs(state.clockOffMs ?? 0) > mostClockOffMs
      ? [`the clock is ${state.clockOffMs} ms from AWS's: nothing is probed or sent until it is set`]
      : []),
    ...(state.onlyInMemory > 0 ? ['the disk takes nothing'] : []),
    ...(state.lost > 0 ? [`${state.lost} items found no room and are lost`] : []),
  ];
  const waiting = `${state.waiting} items (${sizes(state.waitingBytes)})`;
  return {
    ok: faults.length === 0,
    lines: [
      ...faults.map((fault) => `FAULT      ${fault}`),
      `place      ${state.place}, up since ${state.startedAt}, ${state.agent}, ${state.rssMb} MB`,
      `plan       ${state.plan ?? 'none yet'}: ${state.endpoints} endpoints, ${state.failing} failing`,
      `last round ${state.lastRound ?? 'none yet'}`,
      state.online
        ? `AWS        is reached, last sent ${state.lastSent ?? 'nothing yet'}, ${state.sent} items since the start`
        : `AWS        is not reached: ${state.lastError ?? 'not tried yet'}`,
      `waiting    ${waiting}${state.oldestWaiting ? ` since ${state.oldestWaiting}` : ''}`,
      ...(state.setAside > 0 ? [`set aside  ${state.setAside} files that are damaged or not ours`] : []),
      ...(state.clockOffMs === undefined ? [] : [`clock      ${state.clockOffMs} ms from AWS's`]),
    ],
  };
};

/** None where no agent ever ran in this folder. */
export const readState = async (folder: string): Promise<AgentState | undefined> => {
  const text = await readIfThere(statePath(folder));
  return text === undefined ? undefined : stateSchema.parse(JSON.parse(text));
};
