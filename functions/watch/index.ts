import { openDays } from '../../shared/adapters/dynamodb/days.ts';
import { openOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { openPlanPointers } from '../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../shared/adapters/dynamodb/runs.ts';
import { openSettlementRuns } from '../../shared/adapters/dynamodb/statements.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { openPublisher, snsClient } from '../../shared/adapters/sns/publisher.ts';
import { openKept } from '../../shared/adapters/sqs/kept.ts';
import { lambda, now } from '../lambda.ts';
import { failureQueuesSchema, watchEnv } from './env.ts';
import { makeWatch } from './handler.ts';

const env = watchEnv.parse(process.env);
const dynamodb = dynamoClient();
const queues = failureQueuesSchema
  .parse(JSON.parse(env.FAILURES))
  .map((queue) => ({ place: queue.place, keptThere: openKept(queue) }));
const topics = { opsTopicArn: env.OPS_TOPIC_ARN, clientTopicArnPrefix: env.CLIENT_TOPIC_ARN_PREFIX };

export const handler = lambda('watch', ({ logger }) =>
  makeWatch({
    outbox: openOutbox(dynamodb, env.RECORDS_TABLE),
    plans: openPlanPointers(dynamodb, env.RECORDS_TABLE),
    settlementRuns: openSettlementRuns(dynamodb, env.RECORDS_TABLE),
    runs: openRuns(dynamodb, env.SAMPLES_TABLE),
    days: openDays(dynamodb, env.SAMPLES_TABLE),
    publisher: openPublisher(snsClient(), topics),
    kept: queues.map(({ place, keptThere }) => async () => ({ place, ...(await keptThere()) })),
    now,
    log: logger,
  }),
);
