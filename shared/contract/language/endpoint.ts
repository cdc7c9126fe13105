/** An endpoint and the ways in which it can be probed, as written. */
import * as z from 'zod';
import { recordTypes } from '../../probe/check.ts';
import { mostGeneration, mostMembers } from '../../probe/check-schema.ts';
import { countField, durationBetween, moneyField, nameField, wordsField } from './fields.ts';
import { httpField, sentField, sentHeader } from './http.ts';
import { probeFields } from './terms.ts';

const hostField = z.string({ error: 'a name such as www.example.com' });

const addressField = z.string({ error: 'a host and a port such as mail.example.com:993' });
const validFor = durationBetween('0 s', '400 d')
  .optional()
  .describe('What is left of the certificate must be no less; what ends sooner is down. Left out, it must hold now.');

const tlsField = z
  .union([
    addressField,
    z.strictObject({
      at: addressField.describe('Host and port: vpn.example.com:443.'),
      name: hostField.optional().describe('That the certificate is for, where it is not the host.'),
      'valid-for': validFor,
    }),
  ])
  .describe('A host and port whose certificate must be valid, or { at, name, valid-for }.');

const mailField = (protocol: string, port: string) =>
  z
    .union([
      addressField,
      z.strictObject({
        at: addressField.describe(`Host and port: mail.example.com:${port}.`),
        encryption: z
          .enum(['tls', 'starttls', 'none'], { error: 'tls, starttls or none' })
          .optional()
          .describe('Left out: tls on the ports that are kept for it (465, 993, 995), else starttls.'),
        'valid-for': validFor,
      }),
    ])
    .describe(`A host and port where ${protocol.toUpperCase()} is spoken, or { at, encryption, valid-for }.`);

const bytesField = z
  .string({ error: 'a text' })
  .min(1, { error: 'a text' })
  .max(2000, { error: 'a text of at most 2000 characters' });

const tcpField = z
  .union([
    addressField,
    z.strictObject({
      at: addressField.describe('Host and port: mail.example.com:993.'),
      send: sentField(bytesField)
        .optional()
        .describe('What to say first, in double quotes where it ends in a new line: "PING\\r\\n".'),
      expect: bytesField.optional().describe('Must occur in the first 64 KiB of the answer.'),
    }),
  ])
  .describe('A host and port that must take connections, or { at, send, expect }.');

const udpField = z
  .strictObject({
    at: addressField.describe('Host and port: voice.example.com:5060.'),
    send: sentField(bytesField).describe('The question, in one datagram.'),
    expect: bytesField.optional().describe('Must occur in the answer; any answer will do if it is left out.'),
  })
  .describe('A question that must be answered: { at, send, expect }.');

const wantSocketUrl = 'an address such as wss://live.example.com/feed';

const websocketField = z
  .union([
    z.string({ error: wantSocketUrl }),
    z.strictObject({
      url: z.string({ error: wantSocketUrl }),
      headers: sentHeader.optional().describe('Headers to send with the request that opens it.'),
      protocol: z
        .string()
        .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'the name of a subprotocol, such as mqtt' })
        .optional()
        .describe('A subprotocol that the server must take.'),
      send: sentField(bytesField).optional().describe('A message to send once it is open.'),
      expect: bytesField.optional().describe('Must occur in a message; the first 64 KiB are looked at.'),
    }),
  ])
  .describe('A WebSocket that must open, or { url, headers, protocol, send, expect }.');

const grpcField = z
  .union([
    addressField,
    z.strictObject({
      at: addressField.describe('Host and port: api.example.com:443.'),
      service: z
        .string()
        .regex(/^[\w.-]{1,120}$/, { error: 'a service such as orders.v1.Orders' })
        .optional()
        .describe('Whose health is asked for; the server as a whole if it is left out.'),
      tls: z.boolean({ error: 'true or false' }).optional().describe('true if it is left out.'),
      name: hostField.optional().describe('That the certificate is for, where it is not the host.'),
    }),
  ])
  .describe('A server that must say SERVING (grpc.health.v1), or { at, service, tls, name }.');

const dnsField = z
  .union([
    hostField,
    z.strictObject({
      name: hostField.describe('What to ask for: www.example.com.'),
      type: z
        .enum(recordTypes, { error: `one of ${recordTypes.join(', ')}` })
        .optional()
        .describe('A if left out.'),
      answers: z
        .array(wordsField, { error: 'a list of records' })
        .min(1)
        .optional()
        .describe('Records that must all be in the answer, as a zone file has them: ["10 mail.example.com"].'),
      exists: z.boolean({ error: 'true or false' }).optional().describe('false: the name must not exist (NXDOMAIN).'),
      resolver: z
        .string({ error: 'an address such as 192.0.2.53 or ns1.example.com:53' })
        .optional()
        .describe('Whom to ask: 192.0.2.53, ns1.example.com:53. The resolver of the place if it is left out.'),
    }),
  ])
  .describe('A name that must have an address, or { name, type, answers, exists, resolver }.');

/** Ways to probe one thing. */
const singleFields = {
  http: httpField.optional(),
  websocket: websocketField.optional(),
  grpc: grpcField.optional(),
  tcp: tcpField.optional(),
  tls: tlsField.optional(),
  dns: dnsField.optional(),
  udp: udpField.optional(),
  ntp: hostField.optional().describe('A time server: ntp.example.com, ntp.example.com:123.'),
  smtp: mailField('smtp', '25').optional(),
  imap: mailField('imap', '993').optional(),
  pop3: mailField('pop3', '995').optional(),
  icmp: hostField.optional().describe('A host that must answer to ping. Only agents can ask.'),
};

const memberField = z
  .strictObject({
    name: nameField.optional().describe('As notices name it; what it looks at if it is left out.'),
    ...singleFields,
  })
  .meta({ id: 'member', description: 'One of several checks that are judged together, written like an endpoint.' });
const wantMembers = `a list of 2 to ${mostMembers} members such as { tcp: "a.example.com:443" }`;
const membersField = z
  .array(memberField, { error: wantMembers })
  .min(2, { error: wantMembers })
  .max(mostMembers, { error: wantMembers });

const beatEvery = durationBetween('1 min', '400 d');

const heartbeatField = z
  .union([
    beatEvery,
    z.strictObject({
      every: beatEvery.describe('Between two calls.'),
      grace: durationBetween('0 s', '400 d')
        .optional()
        .describe('How much later a call may come; a tenth of `every`, and at least a minute, if it is left out.'),
      generation: countField(1, mostGeneration, 'which address of its own it calls')
        .optional()
        .describe('1 if it is left out. Another number is another address: who knows the old one is heard no more.'),
    }),
  ])
  .describe(
    'A job or a device that calls a signed address (`vigie heartbeat`); silence is down. Or { every, grace, generation }.',
  );

export const endpointField = z
  .strictObject({
    name: nameField.optional().describe('As it stands on statements; the id if it is left out.'),
    ...singleFields,
    any: membersField.optional().describe('Probed together, up where one of them is: [{ tcp: … }, { tcp: … }].'),
    all: membersField.optional().describe('Probed together, up where all of them are.'),
    'at-least': countField(1, mostMembers, 'how many must be up')
      .optional()
      .describe('How many of the members in `of` must be up.'),
    of: membersField.optional().describe('The members that `at-least` counts.'),
    heartbeat: heartbeatField.optional(),
    fee: moneyField.optional().describe("Its own part of the service's fee."),
    ...probeFields,
  })
  .describe(
    'What is probed, in one of the ways that there are: http, websocket, grpc, tcp, tls, dns, udp, ntp, smtp, imap, pop3, icmp; several of them together: any, all, at-least and of; or what calls by itself: heartbeat.',
  );
export type WrittenEndpoint = z.output<typeof endpointField>;
export type WrittenMember = z.output<typeof memberField>;
