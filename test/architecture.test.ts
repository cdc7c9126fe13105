import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What a file may import, first match wins; relative imports are resolved to their path from the root. */
const mayImport: readonly (readonly [from: RegExp, allowed: RegExp])[] = [
  [/^shared\/adapters\//, /^(shared\/|node:|@aws-sdk\/|@smithy\/|undici$|undici\/|ws$|re2js$|json-p3$|zod$)/],
  [/^shared\/time\/calendar\.ts$/, /^(shared\/time\/|luxon$)/],
  [/^shared\/time\/(recurrence|icalendar)/, /^(shared\/time\/|rrule-temporal$|temporal-polyfill$|ical\.js$)/],
  [/^shared\/probe\/pattern\.ts$/, /^(shared\/(?!adapters\/)|re2js$)/],
  [/^shared\/probe\/json-path\.ts$/, /^(shared\/(?!adapters\/)|json-p3$)/],
  [/^shared\//, /^(shared\/(?!adapters\/)|zod$|yaml$)/],
  [/^agent\//, /^(agent\/|shared\/|node:|zod$|package\.json$)/],
  [/^functions\/[\w-]+\/env\.ts$/, /^(shared\/|functions\/[\w-]+\/env\.ts$|zod$)/],
  [/^functions\//, /^(functions\/|shared\/|node:|@middy\/|@aws-lambda-powertools\/|zod$)/],
  [
    /^infra\//,
    /^(infra\/|functions\/[\w-]+\/env\.ts$|shared\/contract\/|shared\/probe\/(?:home|place)\.ts$|cli\/read-folder\.ts$|node:|aws-cdk-lib|constructs$|cdk-nag$|esbuild$|zod$)/,
  ],
];

const sourcesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split('\\').join('/'));

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => (name.startsWith('.') ? posix.join(dirname(file), name) : name));

const files = ['shared', 'agent', 'functions', 'infra'].flatMap(sourcesUnder);

test('imports point inwards', () => {
  const wrong = files.flatMap((file) => {
    const [, allowed] = mayImport.find(([from]) => from.test(file)) ?? [/^/, /^/];
    return importsOf(file)
      .filter((name) => !allowed.test(name))
      .map((name) => `${file} imports ${name}`);
  });
  expect(wrong).toEqual([]);
});

test('what computes reads no clock, environment, network or random source', () => {
  const impure =
    /\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bMath\.random\(|\brandomUUID\(|\bfetch\(|\bDateTime\.(now|local|utc)\(\)|\bsetTimeout\(/;
  const wrong = files
    .filter((file) => file.startsWith('shared/') && !file.startsWith('shared/adapters/'))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          impure.test(line.replace(/\/\/.*|^\s*\*.*/, '')) ? [`${file}:${at + 1} ${line.trim()}`] : [],
        ),
    );
  expect(wrong).toEqual([]);
});

test('the rules above look at real files', () => {
  expect(files.length).toBeGreaterThan(3);
  expect(files.flatMap(importsOf).length).toBeGreaterThan(3);
});
