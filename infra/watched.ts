import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** What a capability wants watched. `Watch` makes the alarm, so that every one of them says what it means. */
export interface Watched {
  readonly id: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default at or above the threshold */
  readonly comparison?: ComparisonOperator;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** @default not breaching; a "not running" alarm must say breaching */
  readonly missing?: TreatMissingData;
  /** What the provider or its clients lose while it rings. */
  readonly impact: string;
  /** A heading of docs/runbook.md, as GitHub makes anchors. */
  readonly runbook: string;
}
