import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openColdDays } from '../../shared/adapters/s3/cold-days.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { lambda, now } from '../lambda.ts';
import { compactEnv } from './env.ts';
import { makeCompact } from './handler.ts';

const env = compactEnv.parse(process.env);
const dynamodb = dynamoClient();
const s3 = s3Client();

export const handler = lambda('compact', ({ logger }) =>
  makeCompact({
    pointers: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    plans: openPlans(openDocuments(s3, env.DOCUMENTS_BUCKET)),
    runs: openRuns(dynamodb, env.SAMPLES_TABLE),
    days: openDays(dynamodb, env.SAMPLES_TABLE),
    coldDays: openColdDays(s3, env.EVIDENCE_BUCKET, env.EVIDENCE_LOCK),
    now,
    log: logger,
  }),
);
