import { openOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openSettlementRuns } from '../../shared/adapters/dynamodb/statements.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { lambda, now } from '../lambda.ts';
import { settleCloseEnv } from './env.ts';
import { makeSettleClose } from './handler.ts';

const env = settleCloseEnv.parse(process.env);
const dynamodb = dynamoClient();
const documents = openDocuments(s3Client(), env.DOCUMENTS_BUCKET);

export const handler = lambda('settle-close', () =>
  makeSettleClose({
    pointers: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    plans: openPlans(documents),
    documents,
    settlementRuns: openSettlementRuns(dynamodb, env.RECORDS_TABLE),
    outbox: openOutbox(dynamodb, env.RECORDS_TABLE),
    now,
  }),
);
