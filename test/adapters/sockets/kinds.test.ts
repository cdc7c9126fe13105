import { describe, expect, test } from 'vitest';
import { openProber } from '../../../shared/adapters/sockets/prober.ts';
import type { Check, DnsCheck, TlsCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { openFarmAndProbers } from './farm-and-probers.ts';

const { farm, prober, publicOnly } = await openFarmAndProbers();

const dayMs = 86_400_000;

describe('TLS', () => {
  test.each<{ name: string; at: string; host?: string; more?: Partial<TlsCheck>; want: RegExp }>([
    { name: 'a good certificate is up', at: 'good', want: /^up$/ },
    { name: 'with weeks to go', at: 'good', more: { validForMs: 21 * dayMs }, want: /^up$/ },
    {
      name: 'one that ends too soon is expiring, and its last day is told',
      at: 'good',
      more: { validForMs: 100 * 365 * dayMs },
      want: /^expiring: the certificate ends on 2120-01-01$/,
    },
    { name: 'one that has ended', at: 'expired', want: /^tls: CERT_HAS_EXPIRED/ },
    { name: 'one of nobody', at: 'selfSigned', want: /^tls: DEPTH_ZERO_SELF_SIGNED_CERT/ },
    { name: 'one for another name', at: 'wrongName', want: /^tls: the certificate is not for localhost/ },
    {
      name: 'one for the name that was meant, at an address',
      at: 'good',
      host: '127.0.0.1',
      more: { name: 'good.test' },
      want: /^up$/,
    },
    {
      name: 'one for the address that was not meant',
      at: 'good',
      host: '127.0.0.1',
      more: { name: 'other.test' },
      want: /^tls: the certificate is not for other.test/,
    },
    { name: 'TLS 1.1', at: 'tooOld', want: /^tls: ERR_SSL_[A-Z_0-9]+: [a-z 0-9]*protocol[a-z ]*$/ },
    { name: 'a server in clear', at: 'healthy', want: /^tls: ERR_SSL_[A-Z_0-9]+: what it answers is no TLS$/ },
    { name: 'one that says nothing', at: 'silent', want: /^tls: still waiting for the TLS handshake/ },
    { name: 'nobody', at: 'refusing', want: /^refused/ },
  ])('$name', async ({ at, host = 'localhost', more, want }) => {
    const began = performance.now();
    const check: TlsCheck = { ...base, kind: 'tls', host, port: farm.port(at), validForMs: 0, ...more };
    expect(said(await ask(prober, check))).toMatch(want);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
  });
});

describe('DNS', () => {
  const dns = (name: string, more: Partial<DnsCheck> = {}): DnsCheck => ({
    ...base,
    kind: 'dns',
    name,
    type: 'A',
    expect: [],
    ...more,
  });
  test.each<{ name: string; of: string; more?: Partial<DnsCheck>; want: RegExp }>([
    { name: 'a name with an address is up', of: 'good.test', want: /^up$/ },
    { name: 'and with the right one', of: 'good.test', more: { expect: ['127.0.0.1'] }, want: /^up$/ },
    {
      name: 'with another one it is not',
      of: 'good.test',
      more: { expect: ['192.0.2.1'] },
      want: /^content: no A record 192.0.2.1, but 127.0.0.1$/,
    },
    { name: 'all that is expected', of: 'second.test', more: { expect: ['127.0.0.1', '127.0.0.77'] }, want: /^up$/ },
    {
      name: 'some of what is expected',
      of: 'second.test',
      more: { expect: ['127.0.0.1', '192.0.2.1'] },
      want: /^content: no A record 192\.0\.2\.1, but/,
    },
    { name: 'MX', of: 'good.test', more: { type: 'MX', expect: ['10 MAIL.good.test.'] }, want: /^up$/ },
    { name: 'TXT in pieces', of: 'good.test', more: { type: 'TXT', expect: ['v=spf1 -all'] }, want: /^up$/ },
    { name: 'TXT of another case', of: 'good.test', more: { type: 'TXT', expect: ['V=spf1 -all'] }, want: /^content/ },
    { name: 'NS', of: 'good.test', more: { type: 'NS', expect: ['ns1.good.test'] }, want: /^up$/ },
    { name: 'CNAME', of: 'www.good.test', more: { type: 'CNAME', expect: ['good.test'] }, want: /^up$/ },
    { name: 'AAAA', of: 'six.test', more: { type: 'AAAA', expect: ['2001:db8::1'] }, want: /^up$/ },
    {
      name: 'SRV',
      of: '_sip._tcp.good.test',
      more: { type: 'SRV', expect: ['1 2 5060 sip.good.test'] },
      want: /^up$/,
    },
    { name: 'CAA', of: 'good.test', more: { type: 'CAA', expect: ['0 issue letsencrypt.org'] }, want: /^up$/ },
    { name: 'PTR', of: '1.0.0.127.in-addr.arpa', more: { type: 'PTR', expect: ['good.test'] }, want: /^up$/ },
    {
      name: 'SOA',
      of: 'good.test',
      more: { type: 'SOA', expect: ['ns1.good.test dns.good.test 0 0 0 0 0'] },
      want: /^up$/,
    },
    { name: 'a name that nobody has', of: 'nobody.test', want: /^dns: nobody.test does not exist$/ },
    { name: 'a name without such a record', of: 'six.test', want: /^dns: six.test has no record A$/ },
    { name: 'a name that should not exist', of: 'nobody.test', more: { expect: 'none' }, want: /^up$/ },
    {
      name: 'one that does all the same',
      of: 'good.test',
      more: { expect: 'none' },
      want: /^content: good.test exists and should not: 127.0.0.1$/,
    },
    {
      name: 'one that does without such a record',
      of: 'six.test',
      more: { expect: 'none' },
      want: /^content: six.test exists and should not, though/,
    },
    { name: 'servers that fail', of: 'broken.test', want: /^dns: the resolver says ESERVFAIL$/ },
    { name: 'servers that fail prove no absence', of: 'broken.test', more: { expect: 'none' }, want: /^dns/ },
    { name: 'no answer', of: 'silent.test', want: /^dns: still waiting/ },
  ])('$name', async ({ of, more, want }) => {
    expect(said(await ask(prober, dns(of, more)))).toMatch(want);
  });

  const named = (of: string, port: number, host = '127.0.0.1') => dns(of, { resolver: { host, port } });
  test('a resolver that is named is what is probed', async () => {
    const port = Number(farm.dns.split(':')[1]);
    expect(said(await ask(prober, named('good.test', port)))).toBe('up');
    expect(said(await ask(prober, named('good.test', port, 'good.test')))).toBe('up');
    expect(said(await ask(prober, named('silent.test', port)))).toMatch(/^response-timeout: still waiting/);
    expect(said(await ask(prober, named('good.test', farm.port('refusing'))))).toMatch(/^refused/);
    expect(said(await ask(publicOnly, named('good.test', port)))).toMatch(/^forbidden-address/);
  });

  test('one that does not answer is ours where none was named', async () => {
    const lost = openProber({ allowPrivate: true, dnsServers: [`127.0.0.1:${farm.port('refusing')}`] });
    expect((await ask(lost, dns('good.test'))).state).toBe('unknown');
    lost.close();
  });

  test('two hundred that are not answered blame nobody who was not asked, and leave room for those after them', async () => {
    const silent = Array.from({ length: 200 }, () => ask(prober, dns('silent.test')));
    const states = (await Promise.all(silent)).map(({ state }) => state);
    expect(states.filter((state) => state === 'down')).toHaveLength(64);
    expect(states.filter((state) => state === 'unknown')).toHaveLength(136);
    expect(said(await ask(prober, dns('good.test')))).toBe('up');
  });
});

describe('what a name resolves to is judged before anything is sent', () => {
  test.each<[string, () => Check]>([
    ['tls', () => ({ ...base, kind: 'tls', host: 'good.test', port: farm.port('good'), validForMs: 0 })],
  ])('%s', async (_, check) => {
    expect(said(await ask(publicOnly, check()))).toMatch(/^forbidden-address: 127.0.0.1 is loopback/);
  });
});
