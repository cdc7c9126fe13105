/** Writes `schema/*.json` from the language. A test says when they are out of date. */
import { writeFile } from 'node:fs/promises';
import { jsonSchemas } from '../shared/contract/language/json-schema.ts';

const folder = new URL('../schema/', import.meta.url);

for (const [name, text] of Object.entries(jsonSchemas())) {
  await writeFile(new URL(name, folder), text);
  console.log(`schema/${name}`);
}
