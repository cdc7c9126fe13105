import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Stores } from '../memory.ts';
import { storesOn } from './stores-on.ts';
import { newTable } from './tables.ts';

/** On two tables that are new. */
export const openStores = async (client: DynamoDBClient): Promise<Stores> =>
  storesOn(client, await newTable(client, 'samples'), await newTable(client, 'records'));
