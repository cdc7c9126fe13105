/**
 * Probes over a wire of its own, a pair of virtual Ethernet devices with an MTU of 1,500, and reads from the kernel what
 * went out of it. DNS goes another way, as in Lambda, where the resolver's traffic is not billed.
 *
 *     unshare -n node wire-prober.ts <pid of wire-target.ts>
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { openProber } from '../../shared/adapters/sockets/prober.ts';
import { ask } from '../../test/adapters/sockets/asking.ts';
import { httpCheck } from '../../test/checks.ts';

const root = join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem');
const address = '10.98.0.2';
const ethernetHeader = 14;
const [target = ''] = process.argv.slice(2);

const ip = (args: string): void => {
  const { status, stderr } = spawnSync('ip', args.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args}: ${stderr}`);
};
for (const args of [
  'link set lo up',
  `link add near type veth peer name far netns ${target}`,
  'addr add 10.98.0.1/30 dev near',
  'link set near up',
])
  ip(args);
process.send?.('wired');
await once(process, 'message');

/** Answers every question with the target's address. */
const dns = createSocket('udp4').on('message', (question, { port }) => {
  const ends = question.indexOf(0, 12) + 5;
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
  const answer = Buffer.concat([question.subarray(0, ends), record]);
  answer.writeUInt16BE(0x8180, 2);
  answer.writeUInt16BE(1, 6); // one answer
  answer.writeUInt16BE(0, 10); // and nothing else
  dns.send(answer, port, '127.0.0.1');
});
dns.bind(0, '127.0.0.1');
await once(dns, 'listening');

/** As IP packets count. The kernel's table has eight columns of what came in, then bytes and packets of what went out. */
const sent = (): number => {
  const row = readFileSync('/proc/self/net/dev', 'utf8').split('near:')[1]?.trim().split(/\s+/) ?? [];
  return Number(row[8]) - ethernetHeader * Number(row[9]);
};

const prober = openProber({
  allowPrivate: true,
  ca: [readFileSync(root, 'utf8')],
  dnsServers: [`127.0.0.1:${dns.address().port}`],
});
const agent = new Agent({
  pipelining: 0,
  // A thousand hosts, each once a minute, leave no session to resume.
  connect: { lookup: (_, __, done) => done(null, [{ address, family: 4 }]), maxCachedSessions: 0 },
});

const vigie = async (url: string): Promise<boolean> => (await ask(prober, httpCheck(url))).state === 'up';
const plain = async (url: string): Promise<boolean> => {
  const response = await fetch(url, { dispatcher: agent });
  await response.arrayBuffer();
  return response.status === 200;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const probes = 100;
/** One after the other, and until the last connection has said goodbye. */
const egress = async (probe: (url: string) => Promise<boolean>, url: string): Promise<number> => {
  if (!(await probe(url))) throw new Error(`${url} is not up`);
  await pause(300);
  const before = sent();
  for (let i = 0; i < probes; i++) if (!(await probe(url))) throw new Error(`${url} is not up`);
  await pause(300);
  return (sent() - before) / probes;
};

const [http, https] = ['http://good.test/', 'https://good.test/'];
process.send?.({
  vigie: { http: await egress(vigie, http), https: await egress(vigie, https) },
  plain: { http: await egress(plain, http), https: await egress(plain, https) },
});
prober.close();
dns.close();
await agent.destroy();
process.exit();
