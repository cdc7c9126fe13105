import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFolder } from '../../cli/read-folder.ts';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { maxFileLength } from '../../shared/contract/source.ts';
import { plainClient, plainProvider } from './folders.ts';

const made = mkdtempSync(join(tmpdir(), 'vigie-folder-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));

const folder = (name: string, files: Readonly<Record<string, string | Uint8Array>>): string => {
  const dir = join(made, name);
  mkdirSync(join(dir, 'clients', 'north'), { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, path), content);
  return dir;
};

test('provider.yaml and everything under clients/ is read, and nothing else', async () => {
  const dir = folder('plain', {
    'provider.yaml': plainProvider,
    'clients/acme.yaml': plainClient,
    'clients/north/b.yml': plainClient.replace('acme', 'b'),
    'clients/notes.txt': 'not a client',
    'docker-compose.yaml': 'services: {}',
  });
  const files = await readFolder(dir);
  expect(files.map(({ path }) => path)).toEqual(['clients/acme.yaml', 'clients/north/b.yml', 'provider.yaml']);
  expect(decodeFolder(files).ok).toBe(true);
});

test('a byte order mark is no character, and Latin-1 is told with its line', async () => {
  const latin = Buffer.from(plainClient.replace('Acme', 'Acmé'), 'latin1');
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(plainProvider)]);
  const decoded = decodeFolder(
    await readFolder(folder('latin', { 'provider.yaml': marked, 'clients/acme.yaml': latin })),
  );
  expect(decoded.ok ? [] : decoded.problems).toMatchObject([{ code: 'encoding', file: 'clients/acme.yaml', line: 2 }]);
});

test('a file too large is refused without being read to its end', async () => {
  const huge = Buffer.alloc(8 * maxFileLength, 0x61);
  const decoded = decodeFolder(
    await readFolder(folder('huge', { 'provider.yaml': plainProvider, 'clients/acme.yaml': huge })),
  );
  expect(decoded.ok ? [] : decoded.problems).toMatchObject([{ code: 'too-large', file: 'clients/acme.yaml' }]);
});

test('a folder that is not there is for the caller to explain; one without clients/ is a problem', async () => {
  await expect(readFolder(join(made, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  const dir = mkdtempSync(join(made, 'bare-'));
  writeFileSync(join(dir, 'provider.yaml'), plainProvider);
  const decoded = decodeFolder(await readFolder(dir));
  expect(decoded.ok ? [] : decoded.problems).toMatchObject([{ code: 'missing-file', file: 'clients/' }]);
});
