import { openDetections } from '../../shared/adapters/dynamodb/detections.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openWindows } from '../../shared/adapters/dynamodb/windows.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { lambda, now } from '../lambda.ts';
import { detectEnv } from './env.ts';
import { makeDetect } from './handler.ts';

const env = detectEnv.parse(process.env);
const dynamodb = dynamoClient();

export const handler = lambda('detect', ({ logger }) =>
  makeDetect({
    plans: openPlans(openDocuments(s3Client(), env.DOCUMENTS_BUCKET)),
    pointers: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    detections: openDetections(dynamodb, env.RECORDS_TABLE),
    windows: openWindows(dynamodb, env.RECORDS_TABLE),
    runs: openRuns(dynamodb, env.SAMPLES_TABLE),
    now,
    log: logger,
  }),
);
