import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTls, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProber, type Prober } from '../../../shared/adapters/sockets/prober.ts';
import type { MailCheck, TcpCheck } from '../../../shared/probe/check.ts';
import { ask, base, said, timeoutMs } from './asking.ts';
import { identity, testRoot } from './farm.ts';

const prober: Prober = openProber({ allowPrivate: true, ca: [testRoot] });
const publicOnly: Prober = openProber({ allowPrivate: false });
afterAll(() => {
  prober.close();
  publicOnly.close();
});

const linesHeard: string[] = [];

/** Greets, answers each line by the table, and goes over to TLS after an answer that ends in `!`. */
const speaker =
  (greeting: string, answers: Readonly<Record<string, string>>, certificate = 'good') =>
  (socket: Socket): void => {
    const listen = (on: Socket, before: string): void => {
      on.on('error', () => {}).on('data', (data) => {
        const line = data.toString().trim();
        linesHeard.push(before + line);
        const answer = answers[line];
        if (answer === undefined) return;
        on.write(answer.replace(/!$/, ''));
        if (!answer.endsWith('!')) return;
        on.removeAllListeners('data');
        const secureContext = createSecureContext(identity(certificate));
        listen(new TLSSocket(on, { isServer: true, secureContext }), 'TLS ');
      });
    };
    listen(socket, '');
    if (greeting !== '') socket.write(greeting);
  };

const ehlo = 'EHLO vigie.invalid';
const smtpTls = { [ehlo]: '250-mx.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n', STARTTLS: '220 go on\r\n!' };
const servers: Readonly<Record<string, (socket: Socket) => void>> = {
  smtp: speaker('220-mx.test\r\n220 ready\r\n', smtpTls),
  smtpExpired: speaker('220 ready\r\n', smtpTls, 'expired'),
  smtpOtherName: speaker('220 ready\r\n', smtpTls, 'wrong-name'),
  smtpSelfSigned: speaker('220 ready\r\n', smtpTls, 'self-signed'),
  smtpPlain: speaker('220 ready\r\n', { [ehlo]: '250 mx.test\r\n' }),
  smtpRefuses: speaker('220 ready\r\n', { ...smtpTls, STARTTLS: '454 TLS not available\r\n' }),
  smtpInjected: speaker('220 ready\r\n', { ...smtpTls, STARTTLS: '220 go on\r\n250 trust me\r\n!' }),
  smtpStuck: speaker('220 ready\r\n', { ...smtpTls, STARTTLS: '220 go on\r\n' }),
  smtpBusy: speaker('421 too many connections\r\n', {}),
  imap: speaker('* OK ready\r\n', { 'v1 STARTTLS': '* CAPABILITY IMAP4rev1\r\nv1 OK go on\r\n!' }),
  imapPlain: speaker('* OK ready\r\n', { 'v1 STARTTLS': 'v1 BAD unknown\r\n' }),
  imapGone: speaker('* BYE overloaded\r\n', {}),
  pop3: speaker('+OK ready\r\n', { STLS: '+OK go on\r\n!' }),
  pop3Plain: speaker('+OK ready\r\n', { STLS: '-ERR unknown\r\n' }),
  pop3Busy: speaker('-ERR later\r\n', {}),
  web: speaker('HTTP/1.1 400 Bad Request\r\n', {}),
  silent: speaker('', {}),
  hangsUp: (socket) => void socket.end(),
  babbles: (socket) => void socket.on('error', () => {}).write('x'.repeat(200_000)),
  cache: speaker('', { PING: '+PONG\r\n' }),
  ssh: speaker('SSH-2.0-OpenSSH_9.9\r\n', {}),
};
const secure: Readonly<Record<string, string>> = { smtps: '220 ready\r\n', imaps: '* OK ready\r\n', pops: '+OK\r\n' };

const open = new Map<string, Server>();
const sockets = new Set<Socket>();
beforeAll(async () => {
  for (const [name, serve] of Object.entries(servers)) open.set(name, createServer(serve));
  for (const [name, greeting] of Object.entries(secure))
    open.set(
      name,
      createTls(identity('good'), (socket) => void socket.on('error', () => {}).write(greeting)),
    );
  for (const server of open.values()) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.values()) server.close();
});
const portOf = (name: string): number => {
  const address = open.get(name)?.address();
  if (!address || typeof address === 'string') throw new Error(`no server ${name}`);
  return address.port;
};

const mail = (protocol: MailCheck['protocol'], at: string, more: Partial<MailCheck> = {}): MailCheck => ({
  ...base,
  kind: 'mail',
  protocol,
  host: 'localhost',
  port: portOf(at),
  encryption: 'starttls',
  validForMs: 0,
  ...more,
});

describe('mail', () => {
  const none = { encryption: 'none' } as const;
  const tls = { encryption: 'tls' } as const;
  test.each<{ protocol?: MailCheck['protocol']; at: string; more?: Partial<MailCheck>; want: RegExp }>([
    { at: 'smtp', want: /^up$/ },
    { at: 'smtp', more: { validForMs: 4e12 }, want: /^expiring: the certificate ends on 2120-01-01/ },
    { at: 'smtpExpired', want: /^tls: CERT_HAS_EXPIRED/ },
    { at: 'smtpOtherName', want: /^tls: the certificate is not for localhost/ },
    { at: 'smtpSelfSigned', want: /^tls: DEPTH_ZERO_SELF_SIGNED_CERT/ },
    { at: 'smtpPlain', want: /^no-starttls: EHLO does not list STARTTLS$/ },
    { at: 'smtpPlain', more: none, want: /^up$/ },
    { at: 'smtpRefuses', want: /^no-starttls: 454 TLS not available$/ },
    { at: 'smtpInjected', want: /^protocol: more was said before TLS began$/ },
    { at: 'smtpStuck', want: /^tls: still waiting for the TLS handshake/ },
    { at: 'smtpBusy', want: /^status: 421 too many connections$/ },
    { at: 'smtps', more: tls, want: /^up$/ },
    { at: 'smtps', more: { ...tls, validForMs: 4e12 }, want: /^expiring/ },
    { at: 'smtp', more: tls, want: /^tls: / },
    { at: 'web', want: /^protocol: no SMTP answer: HTTP/ },
    { at: 'silent', want: /^response-timeout/ },
    { at: 'hangsUp', want: /^reset: the other side hung up$/ },
    { at: 'babbles', want: /^content: .* 64 KiB$/ },
    { protocol: 'imap', at: 'imap', want: /^up$/ },
    { protocol: 'imap', at: 'imapPlain', want: /^no-starttls: v1 BAD unknown$/ },
    { protocol: 'imap', at: 'imapGone', want: /^status: \* BYE overloaded$/ },
    { protocol: 'imap', at: 'imaps', more: tls, want: /^up$/ },
    { protocol: 'imap', at: 'smtp', want: /^protocol: no IMAP answer: 220/ },
    { protocol: 'pop3', at: 'pop3', want: /^up$/ },
    { protocol: 'pop3', at: 'pop3Plain', want: /^no-starttls: -ERR unknown$/ },
    { protocol: 'pop3', at: 'pop3Busy', want: /^status: -ERR later$/ },
    { protocol: 'pop3', at: 'pops', more: tls, want: /^up$/ },
    { protocol: 'pop3', at: 'web', want: /^protocol: no POP3 answer/ },
  ])('$protocol at $at: $want', async ({ protocol = 'smtp', at, more, want }) => {
    const began = performance.now();
    expect(said(await ask(prober, mail(protocol, at, more)))).toMatch(want);
    expect(performance.now() - began).toBeLessThan(timeoutMs + 250);
  });

  test('nothing is said in clear but what agrees on TLS, and the goodbye is encrypted', async () => {
    linesHeard.length = 0;
    await ask(prober, mail('smtp', 'smtp'));
    await expect.poll(() => linesHeard).toEqual([ehlo, 'STARTTLS', 'TLS QUIT']);
  });

  test('a probe that its deadline ended leaves no connection behind', async () => {
    sockets.clear();
    await ask(prober, mail('smtp', 'smtpStuck'));
    await ask(prober, mail('smtp', 'silent'));
    await expect.poll(() => [...sockets].filter(({ destroyed }) => !destroyed)).toEqual([]);
  });

  test('an address that may not be probed is not', async () => {
    expect(said(await ask(publicOnly, mail('smtp', 'smtp')))).toMatch(/^forbidden-address/);
  });
});

describe('TCP that says something', () => {
  const tcp = (at: string, more: Partial<TcpCheck>): TcpCheck => ({
    ...base,
    kind: 'tcp',
    host: '127.0.0.1',
    port: portOf(at),
    ...more,
  });
  test.each<{ at: string; more: Partial<TcpCheck>; want: RegExp }>([
    { at: 'ssh', more: { expect: 'SSH-2.0' }, want: /^up$/ },
    { at: 'cache', more: { send: 'PING\r\n', expect: '+PONG' }, want: /^up$/ },
    { at: 'cache', more: { expect: '+PONG' }, want: /^response-timeout/ },
    { at: 'ssh', more: { expect: 'SSH-1.0' }, want: /^response-timeout/ },
    { at: 'hangsUp', more: { expect: 'SSH-2.0' }, want: /^reset: the other side hung up$/ },
    { at: 'babbles', more: { expect: 'SSH-2.0' }, want: /^content: .* 64 KiB$/ },
    { at: 'silent', more: {}, want: /^up$/ },
  ])('$at $more: $want', async ({ at, more, want }) => {
    expect(said(await ask(prober, tcp(at, more)))).toMatch(want);
  });
});
