import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { openProber, sleep, timerDeadline } from '../../shared/adapters/sockets/prober.ts';
import { openHome } from '../home.ts';
import { lambda, now } from '../lambda.ts';
import { probeEnv } from './env.ts';
import { makeProbe } from './handler.ts';

const env = probeEnv.parse(process.env);
const home = await openHome(env);
const { probe } = openProber({ allowPrivate: env.ALLOW_PRIVATE === '1', place: env.PLACE });

export const handler = lambda('probe', () =>
  makeProbe({
    plans: openPlans(openDocuments(s3Client(home.region), home.documents)),
    runs: openRuns(dynamoClient(home.region), home.samples),
    probe,
    now,
    sleep,
    deadline: timerDeadline,
  }),
);
