import { readFileSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderStatement } from '../../../shared/statement/render/html.ts';
import type { Statement } from '../../../shared/statement/statement.ts';
import { metInNewYork, missedInParis, names } from './fixtures.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await playwright.launch({ args: chromium.args, executablePath: await chromium.executablePath() });
});
afterAll(() => browser?.close()); // pages are left open: closing one ends this single-process browser

// Runs in the browser, so it is text here: the project's types know no DOM.
const lowestContrast = readFileSync(new URL('lowest-contrast.js', import.meta.url), 'utf8');

/** Names as long as people give them, and a service that promises nothing, whose figures are words. */
const wordy: Statement = {
  ...missedInParis,
  services: missedInParis.services.map((service, at) => ({
    ...service,
    name: "Portail client, messagerie et téléphonie unifiée de l'ensemble des agences",
    parts: service.parts.map((part) => ({
      ...part,
      clauses: part.clauses.map(({ target, figure, ...clause }) => ({
        ...clause,
        ...(at === 0 && { target, figure }),
        ...(clause.time && {
          time: {
            ...clause.time,
            excluded: clause.time.excluded.map((one) => ({
              ...one,
              because: 'Donaudampfschifffahrtsgesellschaft'.repeat(3),
            })),
          },
        }),
      })),
    })),
  })),
};

const cases = [missedInParis, metInNewYork, wordy].flatMap((statement) =>
  [360, 1200].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      statement,
      width,
      colorScheme,
      lang: statement.client.language,
    })),
  ),
);

describe.each(cases)('a page in $lang at $width px, $colorScheme', ({ statement, width, colorScheme, lang }) => {
  test('is readable, whole and quiet', async () => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => said.push(`asked for ${request.url()}`));
    await page.setContent(renderStatement(statement, names));

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    // Nothing sticks out of the sheet either, however much room the window has beside it.
    expect(
      await page.evaluate(
        "Math.max(...[...document.querySelectorAll('table')].map((one) => one.scrollWidth - one.parentElement.clientWidth))",
      ),
    ).toBeLessThanOrEqual(0);
    expect(await page.getAttribute('html', 'lang')).toBe(lang);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('main').count()).toBe(1);
    // The style sheet was let in: a page that its own policy blocks looks like a typewriter.
    expect(await page.evaluate('getComputedStyle(document.body).margin')).toBe('0px');
    const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels.filter((level, at) => level > (levels[at - 1] ?? 1) + 1)).toEqual([]);
    expect(await page.evaluate(lowestContrast)).toBeGreaterThanOrEqual(4.5);
    const tables = await page.getByRole('table').count();
    expect(tables).toBeGreaterThan(1);
    expect(await page.getByRole('columnheader').count()).toBeGreaterThan(tables);
    expect(said).toEqual([]);
  });
});

test('on paper tables are tables, whatever the width of a sheet', async () => {
  const page = await browser.newPage({ viewport: { width: 680, height: 1000 }, colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await page.setContent(renderStatement(missedInParis, names));
  expect(await page.evaluate("getComputedStyle(document.querySelector('td')).display")).toBe('table-cell');
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
});

test('a statement prints on A4 within a few pages', async () => {
  const page = await browser.newPage();
  await page.setContent(renderStatement(missedInParis, names));
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45]\S* 84[12]\S*\]/);
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(5);
});
