import { answer } from '../../shared/adapters/cloudformation/answer.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openTopicRegister } from '../../shared/adapters/dynamodb/topic-register.ts';
import { openDocuments, s3Client } from '../../shared/adapters/s3/documents.ts';
import { openPlans } from '../../shared/adapters/s3/plans.ts';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { snsClient } from '../../shared/adapters/sns/publisher.ts';
import { openTopics } from '../../shared/adapters/sns/topics.ts';
import { makeKeyOnce } from '../../shared/adapters/ssm/key.ts';
import { lambda, now } from '../lambda.ts';
import { applyEnv } from './env.ts';
import { makeApply } from './handler.ts';

const env = applyEnv.parse(process.env);
const dynamodb = dynamoClient();
const s3 = s3Client();
const addresses = { opsTopicArn: env.OPS_TOPIC_ARN, clientTopicArnPrefix: env.CLIENT_TOPIC_ARN_PREFIX };

export const handler = lambda('apply', ({ logger }) =>
  makeApply({
    read: ({ bucket, key }) => openDocuments(s3, bucket).get({ key }),
    plans: openPlans(openDocuments(s3, env.DOCUMENTS_BUCKET)),
    pointers: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    topics: openTopics(snsClient(), addresses),
    register: openTopicRegister(dynamodb, env.RECORDS_TABLE),
    makeBeatKey: () => makeKeyOnce(env.BEAT_KEY),
    answer,
    sha256,
    now,
    log: logger,
  }),
);
