/**
 * Secrets by reference: what a plan says in the place of a secret, which is read at the time of the probe and kept nowhere.
 * `{{secret:vigie/acme/TOKEN}}` is one of Secrets Manager, `{{parameter:/vigie/acme/TOKEN}}` one of Parameter Store; files
 * say `{{secret:TOKEN}}`, and the compiler puts the client in, so that no client can name another's.
 */
import type { Check } from './check.ts';

export interface Reference {
  readonly kind: 'secret' | 'parameter';
  /** With the client's part, as AWS knows it. */
  readonly name: string;
}

export interface Secrets {
  /** Rejects with words for people where it cannot be read. */
  readonly read: (reference: Reference) => Promise<string>;
}

const marks = /\{\{(secret|parameter):([A-Za-z0-9._/-]+)\}\}/g;
const written = /\{\{(secret|parameter):([A-Za-z0-9][A-Za-z0-9._-]{0,63})\}\}/g;

/** Whether a text as written refers to a secret. */
export const refersToSecret = (text: string): boolean => text.search(written) >= 0;

/** Whether a text as written has something in it that was meant for a reference and is none. */
export const hasWrongReference = (text: string): boolean =>
  /\{\{\s*(secret|parameter)\b/i.test(text.replace(written, ''));

/** A text as written, with the client's own names in the place of short ones. */
export const named = (text: string, client: string): string =>
  text.replace(written, (_, kind, name) => `{{${kind}:${kind === 'parameter' ? '/' : ''}vigie/${client}/${name}}}`);

/** What is sent of a check, and may so refer to secrets. */
const sentBy = (check: Check): readonly string[] => {
  switch (check.kind) {
    case 'http':
      return [...Object.values(check.headers), check.body ?? ''];
    case 'websocket':
      return [...Object.values(check.headers), check.send ?? ''];
    case 'tcp':
    case 'udp':
      return [check.send ?? ''];
    default:
      return [];
  }
};

const none: readonly Reference[] = [];

export const referencesOf = (check: Check): readonly Reference[] => {
  const sent = sentBy(check).filter((text) => text.includes('{{'));
  if (sent.length === 0) return none;
  return sent.flatMap((text) =>
    [...text.matchAll(marks)].map(
      ([, kind, name = '']) => ({ kind: kind === 'secret' ? 'secret' : 'parameter', name }) as const,
    ),
  );
};

/** What holds a secret, and so never goes to another origin. */
export interface Confidential {
  /** Names of headers. */
  readonly headers: ReadonlySet<string>;
  readonly body: boolean;
}

export const confidentialOf = (check: Check): Confidential => {
  const has = (text: string): boolean => text.search(marks) >= 0;
  const headers = 'headers' in check ? Object.entries(check.headers) : [];
  return {
    headers: new Set(headers.filter(([, value]) => has(value)).map(([name]) => name)),
    body: check.kind === 'http' && has(check.body ?? ''),
  };
};

/** The check with secrets in their places. `secretOf` has each of `referencesOf`. */
export const filled = <C extends Check>(check: C, secretOf: (reference: Reference) => string): C => {
  const fill = (text: string): string =>
    text.replace(marks, (_, kind, name) => secretOf({ kind: kind === 'secret' ? 'secret' : 'parameter', name }));
  return {
    ...check,
    ...('headers' in check && {
      headers: Object.fromEntries(Object.entries(check.headers).map(([name, value]) => [name, fill(value)])),
    }),
    ...('body' in check && check.body !== undefined && { body: fill(check.body) }),
    ...('send' in check && check.send !== undefined && { send: fill(check.send) }),
  };
};

/** Fewer characters tell nothing, and are in many words. */
const telling = 4;

/**
 * A text without any of the secrets: as they are, in Base64, in JSON or in an address; and what is left of one at least
 * four characters long, where a detail was cut off in the middle.
 */
export const redacted = (text: string, values: readonly string[], base64: (text: string) => string): string => {
  const forms = values.flatMap((value) => formsOf(value, base64));
  let clean = '';
  let hiddenTo = 0;
  // Each place is judged by all forms, as they were: one that is taken out first would hide where the next one begins.
  for (let at = 0; at < text.length; at++) {
    const longest = Math.max(0, ...forms.map((form) => sharedLength(form, text, at)));
    if (longest > 0 && at >= hiddenTo) clean += '[secret]';
    if (longest > 0) hiddenTo = Math.max(hiddenTo, at + longest);
    if (at >= hiddenTo) clean += text[at];
  }
  return clean;
};

/** How much of a form stands there: what tells something at least, or all of a shorter one. */
const sharedLength = (form: string, text: string, at: number): number => {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length >= Math.min(telling, form.length) ? length : 0;
};

const formsOf = (value: string, base64: (text: string) => string): string[] => {
  const coded = base64(value).replace(/=+$/, '');
  const forms = [
    value,
    coded,
    coded.replaceAll('+', '-').replaceAll('/', '_'),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
  ];
  return [...new Set(forms)].filter((form) => form !== '');
};
