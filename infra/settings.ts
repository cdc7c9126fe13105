import type { IConstruct } from 'constructs';

export interface Settings {
  /** Deletion protection, and data that outlives its stack. */
  readonly production: boolean;
  /** How hard evidence is to remove before its time: with a permission that nobody has by default, or not at all. */
  readonly lock: 'GOVERNANCE' | 'COMPLIANCE';
  /** A local AWS on this machine: functions run on its processor and may probe its own addresses. */
  readonly local: boolean;
  /** Named in every function's code, such as a commit, so that what is deployed says what it is. */
  readonly build: string;
}

/** Read from the context (`cdk deploy -c stage=staging`); a stack is production unless it says otherwise. */
export const settingsOf = (scope: IConstruct): Settings => ({
  production: (scope.node.tryGetContext('stage') ?? 'production') === 'production',
  lock: scope.node.tryGetContext('lock') === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
  local: ['true', true].includes(scope.node.tryGetContext('local')),
  build: String(scope.node.tryGetContext('build') ?? '').replace(/[^\w.+-]/g, ''),
});
