/** What the agent says on standard output: a JSON object a line, none a probe. */
export interface AgentLog {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

export const jsonLog = (write: (line: string) => void, now: () => number): AgentLog => {
  const at =
    (level: string) =>
    (message: string, details: Readonly<Record<string, unknown>> = {}) =>
      write(JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...details }));
  return { info: at('info'), error: at('error') };
};

/**
 * What stays true is said again only after a while: a network that is gone, a disk that is full. A message's own words are
 * what it is known by, not its details.
 */
export const seldom = (log: AgentLog, now: () => number, everyMs: number): AgentLog => {
  const saidAt = new Map<string, number>();
  return {
    info: log.info,
    error: (message, details) => {
      const before = saidAt.get(message);
      if (before !== undefined && Math.abs(now() - before) < everyMs) return;
      saidAt.set(message, now());
      log.error(message, details);
    },
  };
};
