import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beatKeyParameter, homeParameter } from '../../shared/probe/home.ts';
import {
  confidentialOf,
  filled,
  hasWrongReference,
  named,
  redacted,
  referencesOf,
} from '../../shared/probe/secrets.ts';
import { httpCheck } from '../checks.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const check = httpCheck('https://api.example.com/', {
  id: 'acme/web/api',
  method: 'POST',
  headers: { authorization: 'Bearer {{secret:vigie/acme/TOKEN}}', 'x-plain': 'yes' },
  body: '{"key":"{{parameter:/vigie/acme/KEY}}"}',
});

test('a short name becomes one of the client, and of nobody else', () => {
  expect(named('Bearer {{secret:TOKEN}}', 'acme')).toBe('Bearer {{secret:vigie/acme/TOKEN}}');
  expect(named('{{parameter:a.b}}{{secret:c}}', 'acme')).toBe('{{parameter:/vigie/acme/a.b}}{{secret:vigie/acme/c}}');
  expect(named('{{secret:vigie/other/TOKEN}}', 'acme')).toBe('{{secret:vigie/other/TOKEN}}');
});

test.each([
  ['{{secret:vigie/other/TOKEN}}', true],
  ['{{secret:../TOKEN}}', true],
  ['{{ secret:TOKEN }}', true],
  ['{{SECRET:TOKEN}}', true],
  ['{{secret:}}', true],
  ['{{secret:TOKEN}}', false],
  ['Dear {{name}}', false],
])('%s is wrong: %s', (text, wrong) => {
  expect(hasWrongReference(text)).toBe(wrong);
});

test('whatever is written names what is the client’s own, or is refused', () => {
  const pieces = [
    '{{',
    '}}',
    'secret:',
    'parameter:',
    'Secret:',
    'vigie/',
    'other/',
    '/',
    '..',
    '*',
    'A',
    'home',
    ' ',
    '{',
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
  let [refused, meant] = [0, 0];
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.tuple(text, text).map(([a, b]) => `${a}{{secret:A}}${b}`),
      ),
      (body) => {
        if (hasWrongReference(body)) {
          refused++;
          return;
        }
        for (const { kind, name } of referencesOf({ ...check, headers: {}, body: named(body, 'acme') })) {
          meant++;
          expect(name).toMatch(
            kind === 'secret' ? /^vigie\/acme\/[A-Za-z0-9][\w.-]*$/ : /^\/vigie\/acme\/[A-Za-z0-9][\w.-]*$/,
          );
        }
      },
    ),
    { numRuns: 2_000 },
  );
  expect(Math.min(refused, meant)).toBeGreaterThan(100); // or nothing was tried
});

test.each(['acme', 'vigie-home', 'vigie-heartbeats'])('no name of a client’s is one of a stack named %s', (client) => {
  const own = [homeParameter(client), beatKeyParameter(client)];
  for (const name of ['home', 'names', 'key'])
    expect(own).not.toContain(named(`{{parameter:${name}}}`, client).slice('{{parameter:'.length, -2));
  for (const name of own) expect(name).not.toMatch(/^\/vigie\//); // all of which functions that probe may read
});

test('a check is filled with what its references name, and knows where that is', () => {
  expect(referencesOf(check)).toEqual([
    { kind: 'secret', name: 'vigie/acme/TOKEN' },
    { kind: 'parameter', name: '/vigie/acme/KEY' },
  ]);
  const whole = filled(check, ({ name }) => `<${name}>$&`);
  expect(whole.headers).toEqual({ authorization: 'Bearer <vigie/acme/TOKEN>$&', 'x-plain': 'yes' });
  expect(whole.body).toBe('{"key":"</vigie/acme/KEY>$&"}');
  expect(confidentialOf(check)).toEqual({ headers: new Set(['authorization']), body: true });
});

describe('redaction', () => {
  const value = 'hunter2/plus+more"';
  test.each([
    ['as it is', `is ${value}!`],
    ['in Base64', `is ${base64(value)}!`],
    ['in Base64 for addresses', `is ${Buffer.from(value).toString('base64url')}!`],
    ['in JSON', `is ${JSON.stringify(value)}!`],
    ['in an address', `is ${encodeURIComponent(value)}!`],
    ['cut off', 'is hunter2/pl'],
    ['twice', `is ${value} and ${value}`],
  ])('%s', (_, text) => {
    const clean = redacted(text, [value], base64);
    expect(clean).toContain('is ');
    expect(clean).toContain('[secret]');
    expect(clean).not.toMatch(/hunt|aHVu/);
  });

  // A form that agrees for a few characters alone must not hide the beginning of the one that is there whole.
  test.each([
    {
      text: 'to ftp://x/?k=wJalrXUtnFEMI/K7MDENG/bPxRfiCY',
      values: ['wJalrXUtnFEMI/K7MDENG/bPxRfiCY'],
      clean: 'to ftp://x/?k=[secret]',
    },
    { text: '"hunt=er2secret"', values: ['hunt=er2secret'], clean: '"[secret]"' },
    { text: 'sk_live_9876zyxw', values: ['sk_live_1234abcd', 'sk_live_9876zyxw'], clean: '[secret]' },
    { text: '00000deadbeefcafe', values: ['0000deadbeefcafe'], clean: '[secret]' },
    {
      text: Buffer.from('~~~~?>~~~').toString('base64url'),
      values: ['~~~~?>~~~'],
      clean: '[secret]',
    },
    { text: 'abcd-efgh', values: ['abcd', 'efgh'], clean: '[secret]-[secret]' },
  ])('of $values in $text is whole', ({ text, values, clean }) => {
    expect(redacted(text, values, base64)).toBe(clean);
  });

  test('of a secret that stands there whole, in any form, no four characters are left', () => {
    const someSecret = fc.uniqueArray(fc.constantFrom(...'abcdefghij0123456789/+=&"% ~?>'), {
      minLength: 8,
      maxLength: 24,
    });
    fc.assert(
      fc.property(someSecret, fc.nat({ max: 4 }), (characters, which) => {
        const secret = characters.join('');
        const forms = [
          secret,
          base64(secret),
          Buffer.from(secret).toString('base64url'),
          JSON.stringify(secret),
          encodeURIComponent(secret),
        ];
        const form = forms[which] ?? '';
        const clean = redacted(`before: ${form}, after`, [secret], base64).replaceAll('[secret]', '#');
        for (let at = 0; at + 4 <= form.length; at++) expect(clean).not.toContain(form.slice(at, at + 4));
      }),
    );
  });

  test('nothing that it leaves holds a secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'[secret]'.includes(secret));
        const rest = redacted(`${before}${secret}${after}`, [secret], base64).split('[secret]');
        expect(rest.some((part) => part.includes(secret))).toBe(false);
      }),
    );
  });
});
