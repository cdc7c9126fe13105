import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../aws-client.ts';

/** The text of a parameter in a region. Throws where there is none. */
export const readParameter = async (region: string, name: string): Promise<string> => {
  const client = awsClient(new SSMClient({ region }));
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    if (Parameter?.Value === undefined) throw new Error(`the parameter ${name} of ${region} is empty`);
    return Parameter.Value;
  } finally {
    client.destroy();
  }
};
