import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openBeats } from '../../../shared/adapters/dynamodb/beats.ts';
import { openDays } from '../../../shared/adapters/dynamodb/days.ts';
import { openDetections } from '../../../shared/adapters/dynamodb/detections.ts';
import { openOutbox } from '../../../shared/adapters/dynamodb/outbox.ts';
import { openPlanPointers } from '../../../shared/adapters/dynamodb/plan-pointers.ts';
import { openRuns } from '../../../shared/adapters/dynamodb/runs.ts';
import { openSettlementRuns, openStatements } from '../../../shared/adapters/dynamodb/statements.ts';
import { openTopicRegister } from '../../../shared/adapters/dynamodb/topic-register.ts';
import { openWindows } from '../../../shared/adapters/dynamodb/windows.ts';
import type { Stores } from '../memory.ts';

/** All stores, on two tables. */
export const storesOn = (client: DynamoDBClient, samples: string, records: string): Stores => ({
  runs: openRuns(client, samples),
  days: openDays(client, samples),
  pointers: openPlanPointers(client, records),
  outbox: openOutbox(client, records),
  detections: openDetections(client, records),
  windows: openWindows(client, records),
  statements: openStatements(client, records),
  settlementRuns: openSettlementRuns(client, records),
  register: openTopicRegister(client, records),
  beats: openBeats(client, samples),
});
