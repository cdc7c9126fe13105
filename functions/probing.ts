/** How both lanes probe: the same sockets, the same clock, the same doubts about their own network. */
import { awsSecrets } from '../shared/adapters/secrets/aws.ts';
import { remembering } from '../shared/adapters/secrets/remembered.ts';
import { openProber, sleep, timerDeadline, turn } from '../shared/adapters/sockets/prober.ts';
import { openReferences } from '../shared/adapters/sockets/references.ts';
import type { Attempting } from '../shared/probe/attempt.ts';
import { type Network, openNetwork } from '../shared/probe/connectivity.ts';
import type { Home } from '../shared/probe/home.ts';
import { now } from './lambda.ts';
import type { RecheckEnv } from './recheck/env.ts';

export interface ProbingTools extends Attempting {
  /** One for each invocation: what vouched for the network before says nothing now. */
  readonly newNetwork: () => Network;
}

export const openProbing = (
  env: Pick<RecheckEnv, 'ALLOW_PRIVATE' | 'PLACE' | 'REFERENCES'>,
  home: Pick<Home, 'region'>,
  /** Not in the slow lane, which judges each endpoint by a connection of its own. @default false */
  shareConnections = false,
): ProbingTools => {
  const { probe } = openProber({
    allowPrivate: env.ALLOW_PRIVATE !== '0',
    allowLoopback: env.ALLOW_PRIVATE === '1',
    place: env.PLACE,
    shareConnections,
    secrets: remembering(awsSecrets(home.region), now),
  });
  const references = env.REFERENCES === '' ? [] : env.REFERENCES.split(',');
  const ask = references.length > 0 ? openReferences(references) : undefined;
  return { probe, now, sleep, turn, deadline: timerDeadline, newNetwork: () => openNetwork(ask, now) };
};
