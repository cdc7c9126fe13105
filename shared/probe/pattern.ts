/** Patterns that a check may ask for: RE2's, which need time in proportion to the text whatever they are. */
import { RE2JS, RE2JSSyntaxException } from 're2js';

export const mostPatternCharacters = 500;

/** Repeats of repeats make a short pattern a large program, and the time grows with it. */
const mostInstructions = 1_000;

export interface Pattern {
  /** Whether it occurs anywhere in the text. */
  readonly test: (text: string) => boolean;
}

const wantPattern = 'a pattern as RE2 has them, such as "version [0-9]+", without lookahead, lookbehind or \\1';

/** What is wanted instead, where it is no pattern. */
export const patternOf = (source: string): Pattern | { readonly want: string } => {
  try {
    const pattern = RE2JS.compile(source);
    if (pattern.programSize() > mostInstructions)
      return {
        want: `a smaller pattern: with its repeats written out it has ${pattern.programSize()} steps, and ${mostInstructions} are the most`,
      };
    return { test: (text) => pattern.test(text) };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return { want: `${wantPattern}: ${error.message}` };
    throw error;
  }
};
