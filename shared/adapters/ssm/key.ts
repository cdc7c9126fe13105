import { randomBytes } from 'node:crypto';
import { ParameterAlreadyExists, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../aws-client.ts';

/** Makes a parameter that holds a random key of 256 bits, encrypted by AWS's own key. One that is there stays as it is. */
export const makeKeyOnce = async (name: string): Promise<void> => {
  const client = awsClient(new SSMClient({}));
  const Value = randomBytes(32).toString('base64url');
  try {
    await client.send(new PutParameterCommand({ Name: name, Type: 'SecureString', Value, Overwrite: false }));
  } catch (error) {
    if (!(error instanceof ParameterAlreadyExists)) throw error;
  } finally {
    client.destroy();
  }
};
