import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cdkContext } from './synth.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vigie-app-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('a wrong client folder stops before anything is synthesized, with every problem', async () => {
  const folder = join(scratch, 'clients');
  await cp('examples/atelier-ops', folder, { recursive: true });
  writeFileSync(join(folder, 'clients', 'wrong-one.yaml'), 'id: wrong-one\nzone: Europe/Lutetia\n');
  writeFileSync(join(folder, 'clients', 'wrong-two.yaml'), 'id: wrong-two\ncurrency: XYZ\n');
  const outdir = join(scratch, 'cdk.out');
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...cdkContext, clients: folder }) },
  });
  expect(stderr).toMatch(/wrong-one\.yaml:2.*Europe\/Lutetia/);
  expect(stderr).toMatch(/wrong-two\.yaml:2.*XYZ/);
  expect(stderr).toContain('nothing was deployed');
  expect(status).toBe(1);
  expect(existsSync(join(outdir, 'Vigie.template.json'))).toBe(false);
});
