import { resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFolder } from '../cli/read-folder.ts';
import { decodeFolder } from '../shared/contract/folder.ts';
import { formatProblem } from '../shared/contract/problem.ts';
import { settingsOf } from './settings.ts';
import { stacksOf } from './stacks.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

/** Relative to where the command was given, as paths on a command line are. */
const folder = resolve(String(app.node.getContext('clients')));
const files = await readFolder(folder).catch(() => []); // no folder is a folder without provider.yaml
const decoded = decodeFolder(files, { privateAddresses: settingsOf(app).local });
if (decoded.ok) {
  const name = String(app.node.getContext('name'));
  stacksOf(app, name, { plan: decoded.value, homeRegion: process.env.CDK_DEFAULT_REGION });
} else {
  for (const problem of decoded.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  process.stderr.write(`${folder}: ${decoded.problems.length} to put right; nothing was deployed\n`);
  process.exitCode = 1;
}
