import { openOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openPublisher, snsClient } from '../../shared/adapters/sns/publisher.ts';
import { lambda, now } from '../lambda.ts';
import { notifyEnv } from './env.ts';
import { makeNotify } from './handler.ts';

const env = notifyEnv.parse(process.env);
const topics = { opsTopicArn: env.OPS_TOPIC_ARN, clientTopicArnPrefix: env.CLIENT_TOPIC_ARN_PREFIX };

export const handler = lambda('notify', ({ logger }) =>
  makeNotify({
    outbox: openOutbox(dynamoClient(), env.RECORDS_TABLE),
    publisher: openPublisher(snsClient(), topics),
    now,
    log: logger,
  }),
);
