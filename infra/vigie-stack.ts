import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import type { Plan } from '../shared/contract/plan.ts';
import { homeParameter, type homeSchema } from '../shared/probe/home.ts';
import { homePlace } from '../shared/probe/place.ts';
import { Agents } from './agents.ts';
import { Alerting } from './alerting.ts';
import { Beats } from './beats.ts';
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
  readonly storage: Storage;

  constructor(scope: Construct, id: string, { plan, ...props }: VigieStackProps) {
    super(scope, id, {
      description: 'Vigie: uptime monitor and SLA credit calculator',
      terminationProtection: settingsOf(scope).production,
      ...props,
    });
    const home = plan.provider.places.find((place) => place.kind === 'home') ?? { id: homePlace, kind: 'home' };
    const storage = new Storage(this, 'Storage');
    this.storage = storage;
    const alerting = new Alerting(this, 'Alerting', { storage });
    const probing = new Probing(this, 'Probing', { home: storage, place: home, failures: storage.failures });
    const beats = new Beats(this, 'Beats', { storage });
    const detection = new Detection(this, 'Detection', { storage });
    const settlement = new Settlement(this, 'Settlement', { storage });
    const publishing = new Publishing(this, 'Publishing', { storage, alerting, beats, plan });
    const watched = [detection, settlement].flatMap((capability) => capability.watched);
    const { watch } = new Watch(this, 'Watch', { storage, alerting, places: plan.provider.places, watched });

    const parameter = new StringParameter(this, 'Home', {
      description: 'What places that probe elsewhere must know of this stack',
      parameterName: homeParameter(this.stackName), // the one name that they can know beforehand
      stringValue: this.toJsonString({
        samples: storage.samples.tableName,
        records: storage.records.tableName,
        documents: storage.documents.bucketName,
      } satisfies z.infer<typeof homeSchema>),
    });
    new Agents(this, 'Agents', { storage, home: parameter, places: plan.provider.places });
    const outputs = {
      SamplesTable: storage.samples.tableName,
      RecordsTable: storage.records.tableName,
      DocumentsBucket: storage.documents.bucketName,
      EvidenceBucket: storage.evidence.bucket.bucketName,
      FailuresQueue: storage.failures.queueUrl,
      OpsTopic: alerting.opsTopic.topicArn,
      ClientTopicPrefix: alerting.clientTopicArnPrefix,
      ApplyFunction: publishing.apply.functionName,
      TickFunction: probing.tick.functionName,
      ProbeFunction: probing.probe.functionName,
      RecheckFunction: probing.recheck.functionName,
      CompactFunction: settlement.compact.functionName,
      WatchFunction: watch.functionName,
      SettlementMachine: settlement.machine.stateMachineArn,
      BeatUrl: beats.url.url,
      BeatKey: beats.key,
      BeatFunction: beats.beat.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
