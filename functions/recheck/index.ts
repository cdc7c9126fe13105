import { openBeats } from '../../shared/adapters/dynamodb/beats.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openRosterParts } from '../../shared/adapters/s3/roster-parts.ts';
import { openHome } from '../home.ts';
import { lambda } from '../lambda.ts';
import { openProbing } from '../probing.ts';
import { recheckEnv } from './env.ts';
import { makeRecheck } from './handler.ts';

const env = recheckEnv.parse(process.env);
const home = await openHome(env);

export const handler = lambda('recheck', () =>
  makeRecheck({
    ...openProbing(env, home),
    random: Math.random,
    readPart: openRosterParts(openDocuments(s3Client(home.region), home.documents)),
    runs: openRuns(dynamoClient(home.region), home.samples),
    beats: openBeats(dynamoClient(home.region), home.samples),
  }),
);
