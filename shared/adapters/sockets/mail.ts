/** SMTP, IMAP and POP3 up to what anybody may ask: the greeting, and encryption that can be trusted. */
import type { Socket } from 'node:net';
import type { MailCheck, Verdict } from '../../probe/check.ts';
import { type Connecting, connectTo, enter, secureOver, type Trace } from './connect.ts';
import { type Conversation, converse, lineOf } from './conversation.ts';
import { down, ProbeFailure } from './failure.ts';
import { mustHoldFor } from './tls.ts';

type Say = (line: string) => void;

interface Protocol {
  /** Throws on a greeting that turns the visitor away, or that is none. */
  readonly greeted: (talk: Conversation) => Promise<void>;
  /** Agrees on going over to TLS, or throws. */
  readonly startTls: (talk: Conversation, say: Say) => Promise<void>;
  readonly goodbye: string;
}

const wrong = (name: string, line: string): ProbeFailure =>
  new ProbeFailure(down('protocol', `no ${name} answer: ${line.slice(0, 100)}`));
const turnedAway = (line: string): ProbeFailure => new ProbeFailure(down('status', line.slice(0, 200)));
const noStartTls = (line: string): ProbeFailure => new ProbeFailure(down('no-starttls', line.slice(0, 200)));

/** A reply of one or more lines, each with the code: `250-…`, the last `250 …` (RFC 5321 §4.2.1). */
const smtpReply = async (talk: Conversation): Promise<{ code: number; lines: string[] }> => {
  const lines: string[] = [];
  for (;;) {
    const line = await lineOf(talk);
    const [, code, more] = /^([2-5]\d\d)([ -]|$)/.exec(line) ?? [];
    if (code === undefined || lines.length === 200) throw wrong('SMTP', line);
    lines.push(line);
    if (more !== '-') return { code: Number(code), lines };
  }
};

const smtp: Protocol = {
  greeted: async (talk) => {
    const { code, lines } = await smtpReply(talk);
    if (code !== 220) throw turnedAway(lines.join(' '));
  },
  startTls: async (talk, say) => {
    say('EHLO vigie.invalid'); // a name must be said, and Lambda has none of its own (RFC 2606)
    const hello = await smtpReply(talk);
    if (hello.code !== 250) throw turnedAway(hello.lines.join(' '));
    if (!hello.lines.some((line) => /^250[ -]STARTTLS$/i.test(line))) throw noStartTls('EHLO does not list STARTTLS');
    say('STARTTLS');
    const { code, lines } = await smtpReply(talk);
    if (code !== 220) throw noStartTls(lines.join(' '));
  },
  goodbye: 'QUIT',
};

const imap: Protocol = {
  greeted: async (talk) => {
    const line = await lineOf(talk);
    if (/^\* BYE\b/i.test(line)) throw turnedAway(line);
    if (!/^\* (OK|PREAUTH)\b/i.test(line)) throw wrong('IMAP', line);
  },
  startTls: async (talk, say) => {
    say('v1 STARTTLS');
    for (let lines = 0; lines < 200; lines++) {
      const line = await lineOf(talk);
      if (/^v1 OK\b/i.test(line)) return;
      if (/^v1 (NO|BAD)\b/i.test(line)) throw noStartTls(line);
      if (!line.startsWith('* ')) throw wrong('IMAP', line);
    }
    throw wrong('IMAP', 'STARTTLS is not answered');
  },
  goodbye: 'v2 LOGOUT',
};

const pop3: Protocol = {
  greeted: async (talk) => {
    const line = await lineOf(talk);
    if (/^-ERR\b/.test(line)) throw turnedAway(line);
    if (!/^\+OK\b/.test(line)) throw wrong('POP3', line);
  },
  startTls: async (talk, say) => {
    say('STLS');
    const line = await lineOf(talk);
    if (/^-ERR\b/.test(line)) throw noStartTls(line);
    if (!/^\+OK\b/.test(line)) throw wrong('POP3', line);
  },
  goodbye: 'QUIT',
};

const protocols = { smtp, imap, pop3 };

/** Up when the server greets, and goes over to TLS with a certificate that is trusted and for its name. */
export const probeMail = async (check: MailCheck, how: Connecting, trace: Trace): Promise<Verdict> => {
  const startedAt = performance.now();
  const { host, port, encryption, validForMs } = check;
  const { greeted, startTls, goodbye } = protocols[check.protocol];
  let socket: Socket = await connectTo({ host, port, secure: encryption === 'tls' }, how, trace);
  try {
    if (encryption === 'tls') mustHoldFor(trace, validForMs);
    enter('answer', trace);
    const talk = converse(socket, trace);
    await greeted(talk);
    const latencyMs = performance.now() - startedAt;
    if (encryption === 'starttls') {
      await startTls(talk, (line) => socket.write(`${line}\r\n`));
      // Whatever was put in behind the agreement came in clear, and would be taken for what came encrypted.
      if (talk.leave() !== '') throw new ProbeFailure(down('protocol', 'more was said before TLS began'));
      socket = await secureOver(socket, host, how, trace);
      mustHoldFor(trace, validForMs);
    }
    socket.on('error', () => {}).write(`${goodbye}\r\n`); // hanging up without a word fills the logs of mail servers
    return { state: 'up', latencyMs };
  } finally {
    socket.destroySoon();
  }
};
