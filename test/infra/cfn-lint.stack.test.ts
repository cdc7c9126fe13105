import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, expect, test } from 'vitest';
import { runChild } from '../../cli/demo/child.ts';
import { findPython, makeVenv } from '../../cli/demo/python.ts';
import { examplePlan, homeRegion, synthesize, synthesizeAll, withPlaces } from './synth.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vigie-lint-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('the templates pass cfn-lint, which knows the real resource schemas', { timeout: 300_000 }, async (context) => {
  const env = process.env;
  const python = await findPython(env);
  if (!python.ok) {
    process.stderr.write(`cfn-lint is skipped: ${python.why}\n`);
    context.skip(python.why);
    return;
  }
  const interpreter = await makeVenv({
    python: python.command,
    requirements: 'requirements-lint.txt',
    cacheDir: '.cache',
    env,
    log: () => {},
  });
  const plan = await examplePlan();
  const templates = ['production', 'local'].map((stage) => {
    const path = join(scratch, `${stage}.json`);
    const { template } = synthesize(plan, { stage, local: String(stage === 'local') });
    writeFileSync(path, JSON.stringify(template.toJSON()));
    return path;
  });
  const everywhere = synthesizeAll(withPlaces(plan));
  for (const [name, template] of [...everywhere.templates, ['agents', Template.fromStack(everywhere.home)] as const]) {
    const path = join(scratch, `${name}.json`);
    writeFileSync(path, JSON.stringify(template.toJSON()));
    templates.push(path);
  }
  // W3005: CDK states dependencies that references imply already.
  const lint = ['-c', 'from cfnlint.runner import main; raise SystemExit(main())', '--ignore-checks', 'W3005'];
  const linted = await runChild(interpreter, [...lint, '--regions', homeRegion, 'eu-central-1', '--', ...templates], {
    env,
  });
  expect(linted.tail.join('\n')).toBe('');
  expect(linted.status).toBe(0);
});
