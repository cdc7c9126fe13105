import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { failuresQueue } from '../shared/probe/home.ts';
import { Failures } from './failures.ts';
import { FarHome } from './far-home.ts';
import { type LambdaPlace, Probing } from './probing.ts';
import { settingsOf } from './settings.ts';
import type { VigieStack } from './vigie-stack.ts';

export interface ProbingStackProps extends StackProps {
  readonly home: VigieStack;
  /** The region of the home. */
  readonly homeRegion: string;
  readonly place: LambdaPlace;
}

/** One more place that probes: what it sees goes into the home's tables, and everything else is done there. */
export class ProbingStack extends Stack {
  constructor(scope: Construct, id: string, { home, homeRegion, place, ...props }: ProbingStackProps) {
    super(scope, id, {
      description: `Vigie: probes from ${place.id}`,
      terminationProtection: settingsOf(scope).production,
      ...props,
    });
    this.addStackDependency(home, 'it writes into the tables of the home, and is told their names there');
    // The home, which is there before it, finds it by its name.
    const failures = new Failures(this, 'Failures', { queueName: failuresQueue(this.stackName) });
    const { tick, probe } = new Probing(this, 'Probing', {
      home: new FarHome(this, { storage: home.storage, region: homeRegion }),
      place,
      failures,
    });
    new CfnOutput(this, 'TickFunction', { value: tick.functionName });
    new CfnOutput(this, 'ProbeFunction', { value: probe.functionName });
  }
}
