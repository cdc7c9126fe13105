import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { decodeFolder } from '../../shared/contract/folder.ts';
import { formatProblem } from '../../shared/contract/problem.ts';
import { evidenceSchema, noEvidence } from '../../shared/measure/evidence.ts';
import { statementJsonSchema } from '../../shared/statement/notice.ts';
import { run } from './run.ts';

const page = (name: string): string => readFileSync(`docs/${name}`, 'utf8');

/** Fenced blocks of YAML, by what their first line says that they are. */
const blocksOf = (name: string): readonly { readonly kind: string; readonly text: string }[] =>
  [...page(name).matchAll(/```yaml\n# ([^\n]+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

const provider = 'id: provider\nname: Provider\nlanguage: en\nzone: Europe/Paris\ncurrency: EUR\n';
const service = { fee: '100.00 EUR', endpoints: { site: { http: 'https://www.example.com/' } } };
const client = { id: 'acme', name: 'Acme', since: '2025-01-01' };

/** A folder around a block: what a block leaves out is not what it is about. */
const folderAround = (kind: string, text: string, blocks: readonly { kind: string; text: string }[]) => {
  const at = (path: string, content: string) => ({ path, text: content });
  const above = blocks.slice(
    0,
    blocks.findIndex((block) => block.text === text),
  );
  const own = above.findLast((block) => block.kind === 'provider.yaml')?.text ?? provider;
  if (kind === 'provider.yaml')
    return [at(kind, text), at('clients/a.yaml', stringify({ ...client, services: { s: service } }))];
  if (/clients\/.+\.yaml$/.test(kind))
    return [at('provider.yaml', own), at(kind.replace(/^.*clients/, 'clients'), text)];
  const inside: unknown = parse(text);
  const body =
    kind === 'service'
      ? { ...client, services: { s: { fee: '100.00 EUR', ...Object(inside) } } }
      : kind === 'terms'
        ? { ...client, services: { mail: { ...service, terms: { target: '99.9 %', ...Object(inside) } } } }
        : { ...client, ...Object(inside), services: { mail: service } };
  return [at('provider.yaml', provider), at('clients/acme.yaml', stringify(body))];
};

describe.each(['client-files.md', 'getting-started.md'])('docs/%s', (name) => {
  const blocks = blocksOf(name);
  test('has examples', () => expect(blocks.length).toBeGreaterThan(0));

  test.each(blocks.map((block, at) => ({ ...block, at: at + 1 })))(
    'example $at ($kind) is what Vigie reads',
    ({ kind, text }) => {
      const decoded = decodeFolder(folderAround(kind, text, blocks));
      expect(decoded.ok ? [] : decoded.problems.map(formatProblem)).toEqual([]);
    },
  );
});

test('every page that a page links to is there, and so is its heading', () => {
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const anchors = new Map(
    pages.map((name) => [
      name,
      [...page(name).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      ),
    ]),
  );
  const broken = pages.flatMap((name) =>
    [...page(name).matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)].flatMap(([, to = '', anchor]) =>
      !anchors.has(to) || (anchor && !anchors.get(to)?.includes(anchor)) ? [`${name} → ${to}#${anchor ?? ''}`] : [],
    ),
  );
  expect(broken).toEqual([]);
});

test('every command and option that cli.md names exists, and every command is named', async () => {
  const text = page('cli.md');
  const commands = [
    'validate',
    'probe',
    'apply',
    'status',
    'maintenance add',
    'maintenance list',
    'maintenance cancel',
    'maintenance export',
    'maintenance import',
    'settle',
    'statement',
    'simulate',
    'contract show',
    'contract render',
    'cost',
    'agent',
  ];
  for (const command of commands) {
    const section = text.split(`## vigie ${command}\n`)[1]?.split('\n## ')[0];
    expect(section, `docs/cli.md has a section on ${command}`).toBeDefined();
    const { out } = await run([...command.split(' '), '--help']);
    const known = new Set(
      (out.match(/--[a-z][a-z-]*/g) ?? []).filter((option) => !['--help', '--stack'].includes(option)),
    );
    for (const option of section?.match(/--[a-z][a-z-]*/g) ?? [])
      expect(known.has(option), `${command} ${option}`).toBe(true);
    for (const option of known) expect(section, `docs/cli.md, ${command}`).toContain(option);
  }
});

test('the JSON of formats.md is what Vigie reads and sends', () => {
  const [evidence, message] = [...page('formats.md').matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) =>
    JSON.parse(text),
  );
  expect(evidenceSchema.parse({ ...noEvidence, ...evidence }).maintenance).toHaveLength(1);
  expect(statementJsonSchema.parse(message)).toEqual(message);
});
