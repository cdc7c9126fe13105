/** Secrets of AWS Secrets Manager and of the Parameter Store of Systems Manager. */
import type { Secrets } from '../../probe/secrets.ts';
import { awsClient } from '../aws-client.ts';

/**
 * The clients are loaded by the first check that refers to a secret: most probes never do, and start without them.
 *
 * @param region @default that of the environment
 */
export const awsSecrets = (region?: string): Secrets => {
  const at = region === undefined ? {} : { region };
  const loaded = { secret: once(() => openManager(at)), parameter: once(() => openParameters(at)) };
  return {
    read: async ({ kind, name }) => {
      const value = await loaded[kind]()
        .then((read) => read(name))
        .catch((error: unknown) => {
          throw new Error(`the ${kind} ${name} cannot be read: ${error instanceof Error ? error.name : 'no reason'}`);
        });
      if (value === undefined || value === '') throw new Error(`the ${kind} ${name} holds no text`);
      return value;
    },
  };
};

type Read = (name: string) => Promise<string | undefined>;

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const openManager = async (at: { region?: string }): Promise<Read> => {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = awsClient(new SecretsManagerClient(at));
  return async (name) => (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
};

const openParameters = async (at: { region?: string }): Promise<Read> => {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = awsClient(new SSMClient(at));
  return async (name) =>
    (await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value;
};
