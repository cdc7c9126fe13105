/** The services that a contract suite runs against: MiniStack always, Amazon's DynamoDB Local where Java and Maven are. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runChild, startChild } from '../../cli/demo/child.ts';
import { startLocalAws } from '../../cli/demo/local-aws.ts';

export interface Engine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const project = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(project, '.cache');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Of any service on this machine: nobody checks them. */
export const clientConfig = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-3',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** `VIGIE_TEST_AWS=<url>` takes an emulator that already runs. */
export const startMiniStack = async (): Promise<Engine> =>
  startLocalAws({ port: await freePort(), cacheDir: cache, log: say, url: process.env.VIGIE_TEST_AWS });

const found = async (command: string, ...args: string[]): Promise<boolean> =>
  (await runChild(command, args, { env: process.env })).status === 0;

/** Or the reason why not. */
export const startDynamoDbLocal = async (): Promise<Engine | string> => {
  if (!(await found('java', '-version'))) return 'DynamoDB Local needs Java 17, and there is no java';
  const jars = join(cache, 'dynamodb-local');
  if (!existsSync(join(jars, 'DynamoDBLocal-2.6.1.jar'))) {
    if (!(await found('mvn', '-version'))) return 'DynamoDB Local comes from Maven Central, and there is no mvn';
    say('Downloading DynamoDB Local (51 MB) ...');
    const pom = join(project, 'test/adapters/dynamodb/local-pom.xml');
    const { status, tail } = await runChild(
      'mvn',
      ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
      { env: process.env },
    );
    if (status !== 0) return `DynamoDB Local did not download:\n${tail.join('\n')}`;
  }
  const port = await freePort();
  const server = startChild(
    'java',
    [
      ...['-cp', join(jars, '*'), 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner'],
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    { env: process.env },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200; attempt++) {
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answers) return { endpoint, stop: server.stop };
    await sleep(100);
  }
  await server.stop();
  return 'DynamoDB Local did not answer within 20 s';
};
