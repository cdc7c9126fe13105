/**
 * One way to probe put to every target, one after the other, in a process of its own: what it found, how long that took,
 * and by how much its memory grew.
 *
 *     node prober.ts <vigie|fetch> '{"dns":"…","ports":{…}}'
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProber } from '../../shared/adapters/sockets/prober.ts';
import type { Verdict } from '../../shared/probe/check.ts';
import { ask } from '../../test/adapters/sockets/asking.ts';
import { httpCheck } from '../../test/checks.ts';
import { type Found, farmSchema } from './found.ts';
import { deadlineMs, type Target, targets } from './targets.ts';

const [who = '', text = ''] = process.argv.slice(2);
const { ports, dns } = farmSchema.parse(JSON.parse(text));
const root = readFileSync(join(import.meta.dirname, '../../test/adapters/sockets/certificates/root.pem'), 'utf8');
const prober = openProber({ allowPrivate: true, ca: [root], dnsServers: [dns] });

const urlOf = ({ at, scheme = 'http', host = 'localhost' }: Target): string => `${scheme}://${host}:${ports[at]}/`;

type Asked = { readonly up: boolean; readonly said: string };
const said = (verdict: Verdict): string =>
  verdict.state === 'down' ? `${verdict.cause}: ${verdict.detail}` : verdict.state;
const vigie = async (url: string): Promise<Asked> => {
  const verdict = await ask(prober, httpCheck(url, { timeoutMs: deadlineMs }));
  return { up: verdict.state === 'up', said: said(verdict) };
};
const fetched = async (url: string): Promise<Asked> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(deadlineMs) });
    await response.text();
    return { up: response.ok, said: String(response.status) };
  } catch (error) {
    return { up: false, said: String(error) };
  }
};
const asking = { vigie, fetch: fetched }[who];
if (!asking) throw new Error(`nobody is called ${who}`);

const rss = (): number => process.memoryUsage.rss() / 2 ** 20;
const found: Found[] = [];
// What a process grows by while it warms up is no endpoint's doing.
for (let warm = 0; warm < 300; warm++) await asking(urlOf(targets[warm % 3] ?? (targets[0] as Target)));
for (const target of targets) {
  let most = rss();
  const [before, startedAt] = [most, performance.now()];
  const sampling = setInterval(() => {
    most = Math.max(most, rss());
  }, 5);
  const answer = await asking(urlOf(target));
  const ms = performance.now() - startedAt;
  most = Math.max(most, rss());
  clearInterval(sampling);
  found.push({ name: target.name, ...answer, ms, grewMb: most - before });
}
process.send?.(found);
process.disconnect?.();
prober.close();
setTimeout(() => process.exit(), 100); // `fetch` may still be busy with an answer that it was told to forget
