/** What the JSON of an answer must say, found by paths of RFC 9535. */
import { JSONPathEnvironment, JSONPathError, type JSONPathQuery, type JSONValue } from 'json-p3';
import type { JsonExpectation } from './check.ts';
import { patternOf } from './pattern.ts';

export const mostPathCharacters = 500;

const paths = new JSONPathEnvironment({ maxRecursionDepth: 100 });
// They take patterns that can run for ever.
for (const name of ['match', 'search']) paths.functionRegister.delete(name);

const wantPath = 'a JSON path such as $.status or $.services[?@.critical == true].state, without match() and search()';

/** What is wanted instead, where it is no path. */
export const jsonPathOf = (source: string): JSONPathQuery | { readonly want: string } => {
  try {
    return paths.compile(source);
  } catch (error) {
    if (error instanceof JSONPathError) return { want: `${wantPath}: ${error.message}` };
    throw error;
  }
};

/** The first thing that is not as expected, in words; nothing where all is. Throws on what is no path, and on bugs. */
export const jsonFault = (text: string, expectations: readonly JsonExpectation[]): string | undefined => {
  let document: JSONValue;
  try {
    document = JSON.parse(text);
  } catch {
    return 'the answer is not JSON';
  }
  for (const expectation of expectations) {
    const query = jsonPathOf(expectation.path);
    if ('want' in query) throw new Error(`not a path: ${expectation.path}`);
    const found = query.query(document).values();
    const fault = faultIn(found, expectation);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const faultIn = (found: readonly JSONValue[], expectation: JsonExpectation): string | undefined => {
  const { path, exists = true } = expectation;
  if (!exists) return found.length > 0 ? `${path} is there and should not be: ${shown(found[0])}` : undefined;
  if (found.length === 0) return `${path} is not there`;
  for (const value of found) {
    const wanted = unmet(value, expectation);
    if (wanted !== undefined) return `${path} is ${shown(value)}, not ${wanted}`;
  }
  return undefined;
};

/** What the value should have been. */
const unmet = (value: JSONValue, { is, contains, regex, atLeast, atMost }: JsonExpectation): string | undefined => {
  if (is !== undefined && value !== is) return JSON.stringify(is);
  if (contains !== undefined && !(typeof value === 'string' && value.includes(contains)))
    return `a text with ${JSON.stringify(contains)}`;
  if (regex !== undefined && !(typeof value === 'string' && matches(regex, value))) return `a text like ${regex}`;
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) return `${atLeast} or more`;
  if (atMost !== undefined && !(typeof value === 'number' && value <= atMost)) return `${atMost} or less`;
  return undefined;
};

const matches = (regex: string, text: string): boolean => {
  const pattern = patternOf(regex);
  if ('want' in pattern) throw new Error(`not a pattern: ${regex}`);
  return pattern.test(text);
};

const shown = (value: JSONValue | undefined): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
