import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { lambda, now } from '../lambda.ts';
import { settlePlanEnv } from './env.ts';
import { makeSettlePlan } from './handler.ts';

const env = settlePlanEnv.parse(process.env);
const documents = openDocuments(s3Client(), env.DOCUMENTS_BUCKET);

export const handler = lambda('settle-plan', () =>
  makeSettlePlan({
    pointers: openPlanPointers(dynamoClient(), env.RECORDS_TABLE),
    plans: openPlans(documents),
    documents,
    bucket: env.DOCUMENTS_BUCKET,
    now,
  }),
);
