import type { promises } from 'node:dns';
import type { DnsCheck, RecordType, Verdict } from '../../probe/check.ts';
import { addressesOf, begin, type Connecting, enter, type Trace } from './connect.ts';
import { codeOf, down, ProbeFailure } from './failure.ts';

/** Up when the name has the records that are expected, or when it does not exist and should not. */
export const probeDns = async (check: DnsCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const { name, type, expect } = check;
  const server = await serverOf(check, how, trace);
  enter('turn', trace);
  let startedAt = 0;
  const ask = (resolver: promises.Resolver): Promise<readonly string[]> => {
    startedAt = performance.now();
    begin(server === undefined ? 'dns' : 'answer', trace); // a resolver that was named is what is probed
    trace.cancel = () => resolver.cancel();
    return trace.ended ? Promise.resolve([]) : recordsOf(resolver, name, type);
  };
  try {
    const found = await how.query(server, ask);
    if (expect === 'none') return down('content', `${name} exists and should not: ${shown(found)}`);
    const missing = expect.find((one) => !found.some((record) => same(one, record, type)));
    if (missing !== undefined) return down('content', `no ${type} record ${missing}, but ${shown(found)}`);
  } catch (error) {
    const verdict = judge(error, check);
    if (verdict) return verdict;
  }
  return { state: 'up', latencyMs: performance.now() - startedAt };
};

/** What a failed question means; none where the name does not exist and should not. Throws what is not about the name. */
const judge = (error: unknown, { name, type, expect, resolver }: DnsCheck): Verdict | undefined => {
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return expect === 'none' ? undefined : down('dns', `${name} does not exist`);
  if (code === 'ENODATA')
    return expect === 'none'
      ? down('content', `${name} exists and should not, though without a record ${type}`)
      : down('dns', `${name} has no record ${type}`);
  if (code === 'EBADRESP') return down('protocol', 'the answer is no DNS message');
  if (resolver && code === 'ECONNREFUSED') return down('refused', `${resolver.host} does not answer for DNS`);
  if (code === 'ETIMEOUT') return down(resolver ? 'response-timeout' : 'dns', 'no answer to two questions');
  if (['ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP'].includes(code)) return down('dns', `the resolver says ${code}`);
  throw error;
};

const serverOf = async ({ resolver }: DnsCheck, how: Connecting, trace: Trace): Promise<string | undefined> => {
  if (!resolver) return undefined;
  const [first] = await addressesOf(resolver.host, how, trace);
  if (first === undefined) throw new ProbeFailure(down('dns', `${resolver.host} has no address`));
  trace.address = first;
  return `${first.includes(':') ? `[${first}]` : first}:${resolver.port}`;
};

/** Records as zone files have them, without the dot at the end of names. */
const recordsOf = async (resolver: promises.Resolver, name: string, type: RecordType): Promise<string[]> => {
  switch (type) {
    case 'A':
      return resolver.resolve4(name);
    case 'AAAA':
      return resolver.resolve6(name);
    case 'CNAME':
      return resolver.resolveCname(name);
    case 'NS':
      return resolver.resolveNs(name);
    case 'PTR':
      return resolver.resolvePtr(name);
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((chunks) => chunks.join(''));
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}`);
    case 'SRV':
      return (await resolver.resolveSrv(name)).map((srv) => `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`);
    case 'CAA':
      return (await resolver.resolveCaa(name)).map(({ critical, ...tags }) =>
        [critical, ...Object.entries(tags).flatMap(([tag, value]) => (tag === 'type' ? [] : [tag, value]))].join(' '),
      );
    case 'SOA': {
      const { nsname, hostmaster, serial, refresh, retry, expire, minttl } = await resolver.resolveSoa(name);
      return [[nsname, hostmaster, serial, refresh, retry, expire, minttl].join(' ')];
    }
  }
};

/** Names have no case and may end in a dot; a text is what it is. */
const same = (wanted: string, found: string, type: RecordType): boolean =>
  type === 'TXT' ? wanted === found : bare(wanted) === bare(found);
const bare = (record: string): string => record.toLowerCase().replace(/\.$/, '');

const shown = (records: readonly string[]): string => records.join(', ').slice(0, 200);
