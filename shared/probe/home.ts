/** The home stack as a function that probes must know it: where the plan is, and where runs go. */
import * as z from 'zod';

/** What the home stack writes into its parameter, for places elsewhere. */
export const homeSchema = z.object({
  samples: z.string().min(1),
  records: z.string().min(1),
  documents: z.string().min(1),
});

/** Names of two tables and a bucket, and the region that they are in where it is not the function's own. */
export type Home = z.infer<typeof homeSchema> & { readonly region?: string };

/** At home the names themselves; in its region, in a VPC that reaches no parameter, a copy of it; elsewhere, where it is. */
export const homeEnv = z.union([
  z.object({
    SAMPLES_TABLE: z.string().min(1),
    RECORDS_TABLE: z.string().min(1),
    DOCUMENTS_BUCKET: z.string().min(1),
  }),
  z.object({ HOME_NAMES: z.string().min(1) }),
  z.object({ HOME_REGION: z.string().min(1), HOME_PARAMETER: z.string().startsWith('/') }),
]);
export type HomeEnv = z.infer<typeof homeEnv>;

/** The parameter of a home stack. Not under `/vigie/`, where clients' own are: one may have the id that a stack has for a name. */
export const homeParameter = (stack: string): string => `/vigie-home/${stack}/names`;

/** The stack of another place. */
export const placeStack = (stack: string, place: string): string => `${stack}-${place}`;

/** Of such a stack: what its functions gave up on, for the watch at home to find. */
export const failuresQueue = (stack: string): string => `${stack}-failures`;

/** Of a stack's key that signs heartbeats' addresses. Not under `/vigie/`, all of which functions that probe may read. */
export const beatKeyParameter = (stack: string): string => `/vigie-heartbeats/${stack}/key`;

/** @param parameter reads the text of one in another region */
export const homeOf = async (
  env: HomeEnv,
  parameter: (region: string, name: string) => Promise<string>,
): Promise<Home> => {
  if ('SAMPLES_TABLE' in env)
    return { samples: env.SAMPLES_TABLE, records: env.RECORDS_TABLE, documents: env.DOCUMENTS_BUCKET };
  if ('HOME_NAMES' in env) return homeSchema.parse(JSON.parse(env.HOME_NAMES));
  const text = await parameter(env.HOME_REGION, env.HOME_PARAMETER);
  return { ...homeSchema.parse(JSON.parse(text)), region: env.HOME_REGION };
};
