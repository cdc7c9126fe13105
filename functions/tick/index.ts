import { setTimeout as sleep } from 'node:timers/promises';
import { openDetections } from '../../shared/adapters/dynamodb/detections.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { lambdaClient, openInvoker } from '../../shared/adapters/lambda/invoker.ts';
import { failingIn } from '../../shared/outage/failing.ts';
import { openHome } from '../home.ts';
import { lambda, now } from '../lambda.ts';
import { tickEnv } from './env.ts';
import { makeTick } from './handler.ts';

const env = tickEnv.parse(process.env);
const home = await openHome(env);
const dynamodb = dynamoClient(home.region);
const invokeLater = openInvoker(lambdaClient());

export const handler = lambda('tick', () =>
  makeTick({
    plans: openPlanPointers(dynamodb, home.records),
    place: env.PLACE,
    failingOf: failingIn(openDetections(dynamodb, home.records)),
    startProbe: (event) => invokeLater(env.PROBE_FUNCTION, event),
    startRecheck: (event) => invokeLater(env.RECHECK_FUNCTION, event),
    now,
    sleep,
  }),
);
