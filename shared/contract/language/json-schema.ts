/** What editors complete and check from: the language's own schemas and that of evidence, as JSON Schema. */
import * as z from 'zod';
import { evidenceSchema } from '../../measure/evidence.ts';
import { clientFile, providerFile } from './files.ts';

/** Draft 7 is what the YAML language server knows best. */
const asJson = (schema: z.ZodType, title: string): string => {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title, ...json }, null, 2)}\n`;
};

/** By file name under `schema/`. */
export const jsonSchemas = (): Readonly<Record<string, string>> => ({
  'provider.json': asJson(providerFile, 'Vigie: provider.yaml'),
  'client.json': asJson(clientFile, 'Vigie: a client file'),
  // What is left out was not there.
  'evidence.json': asJson(evidenceSchema.partial(), 'Vigie: evidence for `vigie simulate`'),
});
