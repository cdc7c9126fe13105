/** What the agent must be told: on the command line, or else by its environment. */
import { join } from 'node:path';
import * as z from 'zod';
import { placeSchema } from '../shared/probe/place.ts';

export const settingsSchema = z.object({
  place: placeSchema,
  stack: z.string().min(1),
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
  /** Where the spool and the copies of plan and home are. */
  folder: z.string().min(1),
  spoolMb: z.int().min(1),
  credentials: z.string().min(1).optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

export interface Given {
  readonly place?: string | undefined;
  readonly stack: string;
  readonly region?: string | undefined;
  readonly spool?: string | undefined;
  readonly spoolLimit?: number | undefined;
  readonly credentialsDirectory?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Half a gigabyte is three months of a shard without a network. */
export const usualSpoolMb = 512;

/** systemd names its folders in the environment, several of them with colons between. */
export const folderOf = ({ spool }: Pick<Given, 'spool'>, env: Env): string =>
  spool ?? (env.VIGIE_SPOOL || env.STATE_DIRECTORY?.split(':')[0] || join('.', 'vigie-agent'));

const wanted: Readonly<Record<string, string>> = {
  place: 'an id of `places` in provider.yaml: --place or VIGIE_PLACE',
  region: "the stack's region, such as eu-west-3: --region or AWS_REGION",
  spoolMb: 'whole megabytes: --spool-limit or VIGIE_SPOOL_MB',
};

/** The settings, or what is missing of them, in a sentence each. */
export const settingsOf = (given: Given, env: Env): Settings | readonly string[] => {
  const decoded = settingsSchema.safeParse({
    place: given.place ?? env.VIGIE_PLACE,
    stack: given.stack,
    region: given.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    folder: folderOf(given, env),
    spoolMb: given.spoolLimit ?? Number(env.VIGIE_SPOOL_MB || usualSpoolMb),
    credentials: given.credentialsDirectory ?? (env.CREDENTIALS_DIRECTORY || undefined),
  });
  if (decoded.success) return decoded.data;
  return decoded.error.issues.map(({ path }) => `want ${wanted[String(path[0])] ?? path.join('.')}`);
};
