import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { openSettlementRuns, openStatements } from '../../shared/adapters/dynamodb/statements.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openWindows } from '../../shared/adapters/dynamodb/windows.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { lambda, now } from '../lambda.ts';
import { settleEnv } from './env.ts';
import { makeSettle } from './handler.ts';

const env = settleEnv.parse(process.env);
const dynamodb = dynamoClient();
const documents = openDocuments(s3Client(), env.DOCUMENTS_BUCKET);

export const handler = lambda('settle', ({ logger }) =>
  makeSettle({
    plans: openPlans(documents),
    evidence: {
      runs: openRuns(dynamodb, env.SAMPLES_TABLE),
      days: openDays(dynamodb, env.SAMPLES_TABLE),
      windows: openWindows(dynamodb, env.RECORDS_TABLE),
    },
    statements: openStatements(dynamodb, env.RECORDS_TABLE),
    settlementRuns: openSettlementRuns(dynamodb, env.RECORDS_TABLE),
    documents,
    bucket: env.DOCUMENTS_BUCKET,
    tzdata: process.versions.tz ?? 'unknown',
    sha256,
    now,
    log: logger,
  }),
);
