import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProbeEnv } from '../functions/probe/env.ts';
import type { TickEnv } from '../functions/tick/env.ts';
import { isOnInternet, referencesOf } from '../shared/contract/places.ts';
import type { PlacePlan } from '../shared/contract/plan.ts';
import type { Home } from './home.ts';
import { settingsOf } from './settings.ts';
import { VigieFunction } from './vigie-function.ts';

/** A place where Lambda probes. */
export type LambdaPlace = Exclude<PlacePlan, { kind: 'agent' }>;

export interface ProbingProps {
  readonly home: Home;
  readonly place: LambdaPlace;
  /** Of the stack's own region: events that every retry failed on. */
  readonly failures: IQueue;
}

/** Each minute: one function for each shard that the place probes, and one run item for each of those. */
export class Probing extends Construct {
  readonly tick: VigieFunction;
  readonly probe: VigieFunction;

  constructor(scope: Construct, id: string, { home, place, failures }: ProbingProps) {
    super(scope, id);
    const { local } = settingsOf(this);
    const every = Duration.minutes(1);
    const probe = new VigieFunction(this, 'Probe', {
      name: 'probe',
      description: 'Probes one shard of endpoints and writes one run item',
      memorySize: 1_769, // one full processor: probing is TLS, and a smaller share costs the same and measures worse
      timeout: Duration.seconds(50), // over before the next minute's run begins
      ...(place.kind === 'vpc' && { network: place }),
      environment: {
        ...home.environment,
        PLACE: place.id,
        REFERENCES: local ? '' : referencesOf(place).join(), // a local AWS may have no internet to ask
        ALLOW_PRIVATE: local || !isOnInternet(place) ? '1' : '0',
      } satisfies ProbeEnv,
    });
    probe.configureAsyncInvoke({
      maxEventAge: every,
      retryAttempts: 0, // a late run is a lie; its samples stay unknown
      onFailure: new SqsDestination(failures),
    });
    home.grantSamples(probe, 'PutItem');
    home.grantReading(probe, 'plans');

    const tick = new VigieFunction(this, 'Tick', {
      name: 'tick',
      description: 'Starts one probe function for each shard',
      timeout: Duration.seconds(30),
      environment: {
        ...home.environment,
        PROBE_FUNCTION: probe.functionName,
        PLACE: place.id,
      } satisfies TickEnv,
    });
    tick.configureAsyncInvoke({ maxEventAge: every, retryAttempts: 0, onFailure: new SqsDestination(failures) });
    home.grantRecords(tick, 'GetItem');
    probe.grantInvoke(tick);

    new Schedule(this, 'EachMinute', {
      description: 'Probing',
      schedule: ScheduleExpression.rate(every),
      target: new LambdaInvoke(tick, {
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        maxEventAge: every,
        retryAttempts: 0,
        deadLetterQueue: failures,
      }),
    });

    this.tick = tick;
    this.probe = probe;
  }
}
