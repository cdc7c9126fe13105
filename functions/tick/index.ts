import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { lambdaClient, openInvoker } from '../../shared/adapters/lambda/invoker.ts';
import { openHome } from '../home.ts';
import { lambda, now } from '../lambda.ts';
import { tickEnv } from './env.ts';
import { makeTick } from './handler.ts';

const env = tickEnv.parse(process.env);
const home = await openHome(env);
const invokeLater = openInvoker(lambdaClient());

export const handler = lambda('tick', () =>
  makeTick({
    plans: openPlanPointers(dynamoClient(home.region), home.records),
    place: env.PLACE,
    startProbe: (event) => invokeLater(env.PROBE_FUNCTION, event),
    now,
  }),
);
