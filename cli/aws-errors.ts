/** Turns what the AWS SDK throws for everyday reasons into a sentence; anything else stays the bug that it is. */
import { exits, Refusal } from './refusal.ts';

const network = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET', 'ENETUNREACH', 'EHOSTUNREACH'];
const denied = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'];
const expired = ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException'];

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

export const awsRefusal = (error: unknown): Refusal | undefined => {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  // Node wraps the errors of every address that it tried into one without a message.
  const codes = [codeOf(error), ...(error instanceof AggregateError ? error.errors.map((one) => codeOf(one)) : [])];
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return new Refusal(
      exits.aws,
      `no AWS credentials: ${message}`,
      'Set AWS_PROFILE, or sign in with `aws sso login`; a local AWS takes any AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  if (/region is missing/i.test(message))
    return new Refusal(exits.aws, 'no AWS region', 'Set AWS_REGION, or a region in your AWS profile.');
  if (expired.includes(name))
    return new Refusal(exits.aws, `AWS refused the credentials: ${message}`, 'Sign in again.');
  if (denied.includes(name))
    return new Refusal(
      exits.aws,
      `AWS denied access: ${message}`,
      'Ask for these permissions, or use another profile.',
    );
  const code = codes.find((one) => network.includes(one));
  if (code !== undefined)
    return new Refusal(
      exits.aws,
      `AWS cannot be reached (${code})`,
      process.env.AWS_ENDPOINT_URL
        ? `AWS_ENDPOINT_URL is ${process.env.AWS_ENDPOINT_URL}: is it running?`
        : 'Look at the network and at AWS_REGION.',
    );
  return undefined;
};
