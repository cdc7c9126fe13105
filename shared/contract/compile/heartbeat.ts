import type { HeartbeatCheck } from '../../probe/check.ts';
import { minuteMs } from '../../probe/check-schema.ts';
import { homePlace } from '../../probe/place.ts';
import type { WrittenEndpoint } from '../language/endpoint.ts';
import type { ProbeBase } from './kinds.ts';
import type { CheckReading, Path } from './reading.ts';

/** Judged at home, whichever places probe what is beside it. */
export const heartbeatCheck = (
  written: NonNullable<WrittenEndpoint['heartbeat']>,
  places: WrittenEndpoint['places'],
  path: Path,
  base: ProbeBase,
  { complain }: CheckReading,
): HeartbeatCheck => {
  if (places?.some((place) => place !== homePlace))
    complain([...path, 'places'], 'contradiction', 'no "places:" but home: that is where beats arrive', [
      ...path,
      'heartbeat',
    ]);
  const { every, grace, generation = 1 } = typeof written === 'number' ? { every: written, grace: undefined } : written;
  return {
    ...base,
    kind: 'heartbeat',
    places: [homePlace],
    retryMs: 0, // asked again after seconds, what is late is as late
    beatEveryMs: every,
    graceMs: grace ?? Math.max(minuteMs, Math.floor(every / 10)),
    ...(generation > 1 && { generation }),
  };
};
