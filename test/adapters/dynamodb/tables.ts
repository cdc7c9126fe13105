import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

let made = 0;

/** A table of samples or of records, as the stack makes them, and new for each test. */
export const newTable = async (client: DynamoDBClient, kind: 'samples' | 'records'): Promise<string> => {
  const TableName = `${kind}-${process.pid}-${++made}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: kind === 'samples' ? 'N' : 'S' },
        ...(kind === 'records'
          ? ([
              { AttributeName: 'pending', AttributeType: 'S' },
              { AttributeName: 'createdAt', AttributeType: 'N' },
            ] as const)
          : []),
      ],
      ...(kind === 'records' && {
        GlobalSecondaryIndexes: [
          {
            IndexName: 'pending',
            KeySchema: [
              { AttributeName: 'pending', KeyType: 'HASH' },
              { AttributeName: 'createdAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    }),
  );
  return TableName;
};
