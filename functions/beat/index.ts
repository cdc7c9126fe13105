import { openBeats } from '../../shared/adapters/dynamodb/beats.ts';
import { dynamoClient } from '../../shared/adapters/dynamodb/table.ts';
import { awsSecrets } from '../../shared/adapters/secrets/aws.ts';
import { remembering } from '../../shared/adapters/secrets/remembered.ts';
import { isSignature } from '../../shared/adapters/signature.ts';
import { lambda, now } from '../lambda.ts';
import { beatEnv } from './env.ts';
import { makeBeat } from './handler.ts';

const env = beatEnv.parse(process.env);
const secrets = remembering(awsSecrets(), Date.now);
let known: string | undefined;
/** It never changes, so once it was read, no failure to read it again turns a good call away. */
const key = async (): Promise<string> => {
  known ??= await secrets.read({ kind: 'parameter', name: env.BEAT_KEY });
  return known;
};

export const handler = lambda('beat', () =>
  makeBeat({ beats: openBeats(dynamoClient(), env.SAMPLES_TABLE), key, isSignature, now }),
);
