import { openBeats } from '../../shared/adapters/dynamodb/beats.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { lambdaClient, openInvoker } from '../../shared/adapters/lambda/invoker.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { newPace } from '../../shared/probe/pace.ts';
import { partOf } from '../../shared/probe/roster.ts';
import { openHome } from '../home.ts';
import { lambda } from '../lambda.ts';
import { openProbing } from '../probing.ts';
import { makeRecheck } from '../recheck/handler.ts';
import { probeEnv } from './env.ts';
import { makeProbe } from './handler.ts';

const env = probeEnv.parse(process.env);
const home = await openHome(env);
const lane = {
  ...openProbing(env, home, true),
  plans: openPlans(openDocuments(s3Client(home.region), home.documents)),
  runs: openRuns(dynamoClient(home.region), home.samples),
  beats: openBeats(dynamoClient(home.region), home.samples),
};
const invokeLater = openInvoker(lambdaClient());
const recheck = makeRecheck({
  ...lane,
  readPart: async (version, shard, wanted) => partOf(await lane.plans.roster(version, shard), wanted), // they are in memory
  random: Math.random,
});

export const handler = lambda('probe', () =>
  makeProbe({
    ...lane,
    pace: newPace(),
    startRecheck: async (event) => {
      await (env.RECHECK_FUNCTION === '' ? recheck(event) : invokeLater(env.RECHECK_FUNCTION, event));
    },
  }),
);
