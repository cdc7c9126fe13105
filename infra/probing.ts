import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ProbeEnv } from '../functions/probe/env.ts';
import type { RecheckEnv } from '../functions/recheck/env.ts';
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

/**
 * Each minute: one function for each shard that the place probes, and one run item for each of those; and one function more
 * for what fails, if anything does.
 */
export class Probing extends Construct {
  readonly tick: VigieFunction;
  readonly probe: VigieFunction;
  readonly recheck: VigieFunction;

  constructor(scope: Construct, id: string, { home, place, failures }: ProbingProps) {
    super(scope, id);
    const { local } = settingsOf(this);
    const every = Duration.minutes(1);
    // A late run is a lie; its samples stay unknown.
    const once = { maxEventAge: every, retryAttempts: 0, onFailure: new SqsDestination(failures) };
    const network = place.kind === 'vpc' ? { network: place } : {};
    const probing: RecheckEnv = {
      ...home.environment,
      PLACE: place.id,
      REFERENCES: local ? '' : referencesOf(place).join(), // a local AWS may have no internet to ask
      ALLOW_PRIVATE: local ? '1' : isOnInternet(place) ? '0' : 'network',
    };
    const whileAMinuteIsFollowed = Duration.seconds(88); // and what was begun in it
    const recheck = new VigieFunction(this, 'Recheck', {
      name: 'recheck',
      description: 'Looks again at what the fast lane doubts, and follows endpoints that fail',
      memorySize: 160, // it waits for others: 256 endpoints at once, and each its whole timeout; 131 MB measured at most
      timeout: whileAMinuteIsFollowed,
      ...network,
      environment: { ...probing, NODE_OPTIONS: '--max-semi-space-size=1' }, // MB; Node's own choice took 24 MB more
    });
    recheck.configureAsyncInvoke(once);
    const touched = ['PutItem', ...(place.kind === 'home' ? ['BatchGetItem'] : [])]; // of beats, which home alone judges
    home.grantSamples(recheck, ...touched);
    home.grantReading(recheck, 'plans');
    home.grantSecrets(recheck);

    const probe = new VigieFunction(this, 'Probe', {
      name: 'probe',
      description: 'Probes one shard of endpoints and writes one run item',
      memorySize: 1_769, // one full processor: probing is TLS, and a smaller share costs the same and measures worse
      // Over before the next minute's run begins; but a VPC need not have a way to Lambda, which costs more than a year of this.
      timeout: isOnInternet(place) ? Duration.seconds(50) : whileAMinuteIsFollowed,
      ...network,
      environment: {
        ...probing,
        RECHECK_FUNCTION: isOnInternet(place) ? recheck.functionName : '',
      } satisfies ProbeEnv,
    });
    probe.configureAsyncInvoke(once);
    home.grantSamples(probe, ...touched);
    home.grantReading(probe, 'plans');
    if (isOnInternet(place)) recheck.grantInvoke(probe);
    home.grantSecrets(probe);

    const tick = new VigieFunction(this, 'Tick', {
      name: 'tick',
      description: 'Starts one probe function for each shard, and the slow lane for endpoints that fail',
      memorySize: 256, // it waits, and where checks of less than a minute are probed, for most of the minute
      timeout: Duration.seconds(58),
      environment: {
        ...home.environment,
        PROBE_FUNCTION: probe.functionName,
        RECHECK_FUNCTION: recheck.functionName,
        PLACE: place.id,
      } satisfies TickEnv,
    });
    tick.configureAsyncInvoke(once);
    home.grantRecords(tick, 'GetItem');
    probe.grantInvoke(tick);
    recheck.grantInvoke(tick);

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
    this.recheck = recheck;
  }
}
