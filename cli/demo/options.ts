import { Command, InvalidArgumentError } from 'commander';

export interface DemoOptions {
  /** A client folder of the user's own. */
  readonly clients?: string;
  readonly exit: boolean;
  readonly port: number;
  /** An emulator that runs already. */
  readonly aws?: string;
}

const portOf = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('a port is from 1 to 65535');
  return port;
};

const urlOf = (text: string): string => {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('an address such as http://127.0.0.1:4566');
  return text;
};

const help = `
Examples:
  npm start                                  the whole story, then stays until Ctrl-C
  npm start -- --exit                        ends after the first settled month; status 0 only if every stage was seen
  npm start -- --clients my-clients          with your own client files; their endpoints are probed for real
  npm start -- --aws http://127.0.0.1:4566   on an emulator that runs already, such as LocalStack

Nothing leaves this machine but the first installation of the local AWS from PyPI, and probes of your own endpoints.
`;

export const demoOptions = (argv: readonly string[]): DemoOptions =>
  new Command('npm start --')
    .description("Vigie's main job on a local AWS: probes, an outage, recovery, and a past month settled.")
    .option('--clients <dir>', 'a client folder of your own instead of the examples')
    .option('--exit', 'end after the first settled month', false)
    .option('--port <number>', 'of the local AWS, on 127.0.0.1', portOf, 4566)
    .option('--aws <url>', 'use the emulator that answers there; start none', urlOf)
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', help)
    .allowExcessArguments(false)
    .parse(argv, { from: 'user' })
    .opts<DemoOptions>();
