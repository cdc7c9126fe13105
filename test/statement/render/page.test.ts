import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOf } from '../../../shared/statement/render/days.ts';
import { renderStatement } from '../../../shared/statement/render/html.ts';
import { escapeText } from '../../../shared/statement/render/markup.ts';
import { heightsOf } from '../../../shared/statement/render/strip.ts';
import { style, styleHash } from '../../../shared/statement/render/style.ts';
import type { Statement } from '../../../shared/statement/statement.ts';
import { held, metInNewYork, missedInParis, names } from './fixtures.ts';
import { textOf } from './text.ts';

const texts = [
  { name: 'missed-in-paris', statement: missedInParis },
  { name: 'met-in-new-york', statement: metInNewYork },
  { name: 'held', statement: held },
];

test.each(texts)('$name reads as its golden text', async ({ name, statement }) => {
  await expect(textOf(renderStatement(statement, names))).toMatchFileSnapshot(`${name}.txt`);
});

test('the same statement gives the same bytes, and either language can tell it', () => {
  expect(renderStatement(missedInParis, names)).toBe(renderStatement(structuredClone(missedInParis), names));
  const english = textOf(renderStatement(missedInParis, { ...names, language: 'en' }));
  expect(english).toContain('1 of 2 services missed its targets: Messagerie.');
  expect(english).toContain('We owe you a credit of €240.00.');
});

describe('a hostile name', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u202e\u0000`;
  const named: Statement = {
    ...missedInParis,
    client: { ...missedInParis.client, name: hostile },
    services: missedInParis.services.map((service) => ({ ...service, name: hostile })),
  };
  const page = renderStatement(named, {
    provider: hostile,
    endpoints: { 'atelier/messagerie/smtp': hostile },
    tiers: { premium: hostile },
  });

  test('opens no tag and closes no attribute', () => {
    expect(page).not.toMatch(/<script|<img|onerror='/i);
    expect(
      page.match(
        /<(?!\/?(?:!doctype|html|head|meta|title|style|body|svg|defs|pattern|rect|path|circle|div|header|span|main|h1|h2|h3|p|strong|br|bdi|section|table|caption|thead|tbody|tr|th|td|figure|figcaption|ol|ul|li|dl|dt|dd|code|details|summary|footer)\b)/gi,
      ),
    ).toBeNull();
  });

  test('reorders nothing around it', () => {
    expect(page).not.toMatch(/\p{Bidi_Control}/u);
    expect(page).not.toContain('\0');
  });

  test('is shown as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(escapeText(name)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

test('the page allows its own style sheet and nothing else', () => {
  expect(styleHash).toBe(createHash('sha256').update(style).digest('base64'));
  const page = renderStatement(missedInParis);
  expect(page).toContain(`default-src 'none'; style-src 'sha256-${styleHash}'`);
  expect(page).not.toMatch(/ style=| on\w+=|https?:\/\/|url\((?!#)/);
});

describe('a day of the strip', () => {
  const [mail] = missedInParis.services;
  if (!mail) throw new Error('the fixture has no service');
  const days = daysOf(mail, 'Europe/Paris');

  test('lasts as long as its city lives it', () => {
    expect(days.map(({ lengthMs }) => lengthMs / 3_600_000)).toEqual(
      Array.from({ length: 31 }, (_, day) => (day === 24 ? 25 : 24)),
    );
  });

  test('holds what the statement counts, and adds up to it', () => {
    expect(days.reduce((sum, { downMs }) => sum + downMs, 0)).toBe(9 * 3_600_000);
    expect(days[9]).toMatchObject({ downMs: 720_000, plannedMs: 5_400_000 });
    expect(days[20]).toMatchObject({ unknownMs: 1_800_000 });
  });

  test('shows a minute of downtime, and never more than a whole bar', () => {
    const part = fc.integer({ min: 0, max: 86_400_000 });
    fc.assert(
      fc.property(part, part, part, part, part, (downMs, plannedMs, excusedMs, unknownMs, outsideMs) => {
        const heights = heightsOf({
          date: '2026-10-01',
          lengthMs: 86_400_000,
          downMs,
          plannedMs,
          excusedMs,
          unknownMs,
          outsideMs,
        });
        expect(heights.reduce((sum, { height }) => sum + height, 0)).toBeLessThanOrEqual(100 + 1e-9);
        expect(heights.some(({ kind, height }) => kind === 'down' && height > 4)).toBe(downMs > 0);
      }),
    );
  });
});
