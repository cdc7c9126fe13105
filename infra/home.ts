import type { HomeEnv } from '../shared/probe/home.ts';
import type { VigieFunction } from './vigie-function.ts';

/** The home stack's tables and documents, as whoever probes is given them: `Storage` at home, `FarHome` elsewhere. */
export interface Home {
  /** What tells a function where they are. */
  readonly environment: HomeEnv;
  /** Lets a function do named things to samples; DynamoDB's actions are given without their prefix. */
  grantSamples(fn: VigieFunction, ...actions: readonly string[]): void;
  grantRecords(fn: VigieFunction, ...actions: readonly string[]): void;
  /** Lets a function read the documents under a prefix. */
  grantReading(fn: VigieFunction, prefix: string): void;
  /** Lets a function read the secrets that checks refer to. */
  grantSecrets(fn: VigieFunction): void;
}
