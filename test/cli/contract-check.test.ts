import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { examplesDir, run } from './run.ts';

const made = mkdtempSync(join(tmpdir(), 'vigie-check-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** The example with one line of the tiered client's file made unwise. */
const unwise = async (): Promise<string> => {
  const folder = join(made, 'clients-folder');
  await cp(examplesDir, folder, { recursive: true });
  const file = join(folder, 'clients/hudson-legal.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('    severity: critical\n', '    severity: critical\n    terms: { target: 99.9999 % }\n'),
  );
  return folder;
};

describe('vigie contract check', () => {
  test('finds nothing to say of the examples', async () => {
    expect(await run(['contract', 'check', examplesDir, '--strict'])).toEqual({
      code: 0,
      out: 'nothing to say  of 4 clients',
      err: '',
    });
  });

  test('tells a finding with the line that says it, and fails only when it is asked to', async () => {
    const folder = await unwise();
    const { code, out } = await run(['contract', 'check', folder]);
    expect(code).toBe(0);
    expect(out).toContain('unprovable-target');
    expect(out).toMatch(/^clients\/hudson-legal\.yaml:33 {2}/m);
    expect((await run(['contract', 'check', folder, '--strict', '--client', 'hudson-legal'])).code).toBe(1);
    expect((await run(['contract', 'check', folder, '--strict', '--client', 'clinique-saint-roch'])).code).toBe(0);
  });

  test('prices the months that are measured under the terms of today', async () => {
    const months = join(made, 'months.json');
    const start = Date.parse('2026-09-10T08:00Z');
    const outages = [{ start, end: start + 3 * 3_600_000 }];
    writeFileSync(
      months,
      JSON.stringify([
        { period: '2026-09', evidence: { endpoints: { 'clinique-saint-roch/dossier-patient/api': { outages } } } },
      ]),
    );
    const { out } = await run([
      'contract',
      'check',
      examplesDir,
      '--client',
      'clinique-saint-roch',
      '--months',
      months,
      '--json',
    ]);
    expect(JSON.parse(out)).toMatchObject([
      { code: 'over-promised', service: 'dossier-patient', file: 'clients/clinique-saint-roch.yaml' },
    ]);
  });

  test.each([
    ['that is not there', 'no-such.json', undefined],
    ['that is no JSON', 'broken.json', '{'],
    ['of another shape', 'other.json', '[{ "period": "October" }]'],
  ])('refuses a file of months %s in a sentence', async (_, name, text) => {
    const path = join(made, name);
    if (text !== undefined) writeFileSync(path, text);
    const { code, err } = await run(['contract', 'check', examplesDir, '--months', path]);
    expect(code).toBe(2);
    expect(err).toContain(`cannot use ${path}`);
  });
});
