/** The deployed stack in numbers that cost money. A test holds them against the synthesized template. */

/** MB; all other functions have `otherMemory`. */
export const memory = { probe: 1_769, compact: 1_769, settle: 1_769, tick: 256, recheck: 160, beat: 256 } as const;
export const otherMemory = 512;

export const schedules = { ticksEveryMinutes: 1, watchEveryMinutes: 5 } as const;

/** No custom metric: what an alarm needs, AWS counts for nothing. */
export const alarms = 3;

/** How long a run item is kept. */
export const runDays = 45;

/** A month of 30 days, as all figures here and in `docs/cost.md` have it. */
export const days = 30;
export const minutes = days * 24 * 60;

/**
 * What no benchmark on one machine can measure. Each is told with the figures that rest on it.
 */
export const assumed = {
  /** Lambda's arm64 processor against the machine that measured; 1.3 to 1.8 is plausible, and no arm64 Lambda was at hand. */
  armFactor: '1.6',
  /** Endpoints answer in so many ms, as the benchmark's do: the last one holds its run open. */
  answerMs: 80,
  /** One call of an AWS service from inside its region. */
  awsCallMs: 10,
  /** MB that buy one whole processor. Source: AWS Lambda developer guide, "Configure memory". */
  processorMb: 1_769,
  /** Outages an endpoint has a month, as in the benchmark's synthetic months. */
  outages: '0.75',
  /** Of each; with so many of them an endpoint is up for 99.95 % of the month. */
  outageMinutes: 30,
  endpointsPerClient: 10,
  /** Who is sent each message by e-mail. */
  subscribers: 1,
  /** For how long day items and statements have been collecting. */
  monthsKept: 25,
  statementBytes: 150_000,
  /** Lambda's START, END and REPORT lines, as the plain designs have them; Vigie's functions leave out those of what went well. */
  platformLogBytes: 340,
  /** Calls of each job or device that is watched by heartbeat. */
  beatsADay: 24,
  /** DynamoDB's index entry, billed with every item. Source: DynamoDB developer guide, "Item sizes". */
  itemOverheadBytes: 100,
  /** Rosters are read once by each process; Lambda replaces a process every few hours. */
  processesADay: 12,
  stepsOfSettlement: 5,
  stepsOfClient: 2,
} as const;
