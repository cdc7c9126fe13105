import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Plan } from '../shared/contract/plan.ts';
import { Alerting } from './alerting.ts';
import { Detection } from './detection.ts';
import { Probing } from './probing.ts';
import { Publishing } from './publishing.ts';
import { settingsOf } from './settings.ts';
import { Settlement } from './settlement.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';

export interface VigieStackProps extends StackProps {
  /** What the provider promised to whom; nothing but one asset's content depends on it. */
  readonly plan: Plan;
}

/** Vigie in one region of one account. */
export class VigieStack extends Stack {
  constructor(scope: Construct, id: string, { plan, ...props }: VigieStackProps) {
    super(scope, id, {
      description: 'Vigie: uptime monitor and SLA credit calculator',
      terminationProtection: settingsOf(scope).production,
      ...props,
    });
    const storage = new Storage(this, 'Storage');
    const alerting = new Alerting(this, 'Alerting', { storage });
    const probing = new Probing(this, 'Probing', { storage });
    const detection = new Detection(this, 'Detection', { storage });
    const settlement = new Settlement(this, 'Settlement', { storage });
    const publishing = new Publishing(this, 'Publishing', { storage, alerting, plan });
    const watched = [detection, settlement].flatMap((capability) => capability.watched);
    const { watch } = new Watch(this, 'Watch', { storage, alerting, watched });

    const outputs = {
      SamplesTable: storage.samples.tableName,
      RecordsTable: storage.records.tableName,
      DocumentsBucket: storage.documents.bucketName,
      FailuresQueue: storage.failures.queueUrl,
      OpsTopic: alerting.opsTopic.topicArn,
      ClientTopicPrefix: alerting.clientTopicArnPrefix,
      ApplyFunction: publishing.apply.functionName,
      TickFunction: probing.tick.functionName,
      ProbeFunction: probing.probe.functionName,
      CompactFunction: settlement.compact.functionName,
      WatchFunction: watch.functionName,
      SettlementMachine: settlement.machine.stateMachineArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
