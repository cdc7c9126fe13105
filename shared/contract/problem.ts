/** What is wrong with an input, as data: every decoder reports all of it at once and throws nothing. */

export const problemCodes = [
  'syntax',
  'encoding',
  'too-large',
  'missing-file',
  'missing-field',
  'unknown-field',
  'wrong-kind',
  'bad-value',
  'out-of-range',
  'unknown-zone',
  'unknown-currency',
  'unknown-reference',
  'duplicate-id',
  'ambiguous-bound',
  'tier-overlap',
  'tier-gap',
  'contradiction',
  'forbidden-address',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** Dotted, as an engineer would say it: `services.mail.endpoints.smtp.tcp`. Empty for the whole document. */
  readonly path: string;
  readonly saw: string;
  /** What would be right, with the mend where one is known: `did you mean "timeout"?`. */
  readonly want: string;
  readonly file?: string;
  /** From 1, as editors count. */
  readonly line?: number;
  readonly column?: number;
}

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * `clients/acme.yaml:12:5  services.mail.target  out-of-range: saw 999 %, want a percentage from 0 to 100`. What was seen
 * may be hostile to the terminal that shows it: controls are written out.
 */
export const formatProblem = ({ code, path, saw, want, file, line, column }: Problem): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const text = [place, path, `${code}: saw ${saw}, want ${want}`].filter((part) => part !== '').join('  ');
  return text.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
};
