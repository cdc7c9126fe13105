/**
 * Connections that checks of one client and origin hand on within a round: a handshake costs ten times what a request does.
 *
 * No check can harm another by it. A connection has one user at a time, and is handed on only after a whole answer. Who
 * waits does so for a moment, and makes a connection of its own where none comes; what fails on a connection that was
 * handed on is tried again on a new one.
 */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Client } from 'undici';
import { enter, type Trace } from './connect.ts';

/** How long a check waits for another's connection: less than a fast deadline by far, so that its own would still do. */
const patienceMs = 250;
/** Where waiting was in vain, nobody waits for so long. */
const impatientMs = 10 * 60_000;
/** How long a connection is kept for the next check of the round. */
const keptMs = 300;

/** A connection and who uses it now. */
export interface Line {
  readonly client: Client;
  /** Of its user: where the client must connect anew, it does so for them. */
  trace: Trace;
  socket?: Socket;
  address?: string;
  certificate?: X509Certificate | undefined;
}

export interface Turn {
  /** That another left; none where one is to be made. */
  readonly line: Line | undefined;
  /** To be called once: with a line that had a whole answer, or with none. */
  readonly leave: (line: Line | undefined) => void;
}

export interface Lines {
  /**
   * @param sharers who may use a connection after each other, and nobody else
   * @param id of the check: it takes two of them for anything to be kept
   */
  readonly take: (sharers: string, id: string, trace: Trace) => Promise<Turn>;
  readonly close: () => void;
}

interface Origin {
  readonly firstId: string;
  isShared: boolean;
  users: number;
  /** How many were handed on so far. */
  handed: number;
  impatientUntil: number;
  readonly waiting: ((line: Line | undefined) => void)[];
  /** `until`, by the wall clock: Lambda may freeze a process for minutes, timers and all, and the line is dead then. */
  kept?: { readonly line: Line; readonly until: number; readonly timer: NodeJS.Timeout } | undefined;
}

const mostOrigins = 10_000;

export const openLines = (): Lines => {
  const origins = new Map<string, Origin>();
  const originOf = (name: string, id: string): Origin => {
    const known = origins.get(name);
    if (known) return known;
    if (origins.size === mostOrigins) origins.clear();
    const origin: Origin = { firstId: id, isShared: false, users: 0, handed: 0, impatientUntil: 0, waiting: [] };
    origins.set(name, origin);
    return origin;
  };
  return {
    take: async (name, id, trace) => {
      const origin = originOf(name, id);
      if (origin.firstId !== id) origin.isShared = true;
      const busy = origin.users > 0 && performance.now() >= origin.impatientUntil;
      const line = unkept(origin) ?? (origin.isShared && busy ? await waited(origin, trace) : undefined);
      origin.users++;
      trace.startedAt = performance.now(); // the wait was for Vigie's own
      enter('turn', trace);
      if (line) adopt(line, trace);
      return { line, leave: (left) => leave(origin, left) };
    },
    close: () => {
      for (const origin of origins.values()) hangUp(unkept(origin));
    },
  };
};

/** In turn. */
const waited = (origin: Origin, { fairUntil }: Trace): Promise<Line | undefined> =>
  new Promise((resolve) => {
    const { handed } = origin;
    const given = (line: Line | undefined): void => {
      clearTimeout(timer);
      resolve(line);
    };
    const timer = setTimeout(
      () => {
        origin.waiting.splice(origin.waiting.indexOf(given), 1);
        if (origin.handed === handed) origin.impatientUntil = performance.now() + impatientMs;
        resolve(undefined);
      },
      Math.min(patienceMs, (fairUntil - performance.now()) / 2),
    );
    origin.waiting.push(given);
  });

const adopt = (line: Line, trace: Trace): void => {
  line.trace = trace;
  if (line.socket) trace.socket = line.socket;
  if (line.address !== undefined) trace.address = line.address;
  trace.certificate = line.certificate;
};

const leave = (origin: Origin, line: Line | undefined): void => {
  origin.users--;
  if (!line || line.client.destroyed || line.trace.socket?.destroyed !== false) {
    hangUp(line);
    for (const go of origin.waiting.splice(0)) go(undefined); // nobody's failure is waited for
    return;
  }
  const { trace } = line;
  Object.assign(line, { socket: trace.socket, address: trace.address, certificate: trace.certificate });
  delete trace.socket; // its deadline, should it still come, is no business of the next user
  const next = origin.waiting.shift();
  if (next) {
    origin.handed++;
    next(line);
  } else if (!origin.isShared || origin.kept) hangUp(line);
  else {
    const timer = setTimeout(() => hangUp(unkept(origin)), keptMs).unref();
    origin.kept = { line, until: Date.now() + keptMs, timer };
  }
};

const unkept = (origin: Origin): Line | undefined => {
  const { kept } = origin;
  if (!kept) return undefined;
  clearTimeout(kept.timer);
  origin.kept = undefined;
  if (Date.now() < kept.until) return kept.line;
  hangUp(kept.line);
  return undefined;
};

const over = new Error('the round is over');
const nothing = (): void => {};
const hangUp = (line: Line | undefined): void => void line?.client.destroy(over, nothing);
