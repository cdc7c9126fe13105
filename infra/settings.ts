import type { IConstruct } from 'constructs';

export interface Settings {
  /** Deletion protection, and data that outlives its stack. */
  readonly production: boolean;
  /** How hard evidence is to remove before its time: with a permission that nobody has by default, or not at all. */
  readonly lock: 'GOVERNANCE' | 'COMPLIANCE';
  /** A local AWS on this machine: functions run on its processor and may probe its own addresses. */
  readonly local: boolean;
  /** How many calls of heartbeats are taken at once, apart from all else in the account. @default none: they share its quota */
  readonly beatsAtOnce: number | undefined;
  /** Named in every function's code, such as a commit, so that what is deployed says what it is. */
  readonly build: string;
}

const wholeNumber = (name: string, given: unknown): number | undefined => {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${name} is a whole number from 1: saw ${given}`);
  return number;
};

/** Read from the context (`cdk deploy -c stage=staging`); a stack is production unless it says otherwise. */
export const settingsOf = (scope: IConstruct): Settings => ({
  production: (scope.node.tryGetContext('stage') ?? 'production') === 'production',
  lock: scope.node.tryGetContext('lock') === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
  local: ['true', true].includes(scope.node.tryGetContext('local')),
  beatsAtOnce: wholeNumber('beats-at-once', scope.node.tryGetContext('beats-at-once')),
  build: String(scope.node.tryGetContext('build') ?? '').replace(/[^\w.+-]/g, ''),
});
