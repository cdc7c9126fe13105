import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { lambda, now } from '../lambda.ts';
import { compactEnv } from './env.ts';
import { makeCompact } from './handler.ts';

const env = compactEnv.parse(process.env);
const dynamodb = dynamoClient();

export const handler = lambda('compact', ({ logger }) =>
  makeCompact({
    pointers: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    plans: openPlans(openDocuments(s3Client(), env.DOCUMENTS_BUCKET)),
    runs: openRuns(dynamodb, env.SAMPLES_TABLE),
    days: openDays(dynamodb, env.SAMPLES_TABLE),
    now,
    log: logger,
  }),
);
