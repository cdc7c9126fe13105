/** The wire form of a check, as compiled plans and rosters hold it. */
import * as z from 'zod';
import { type Check, httpMethods, mailProtocols, recordTypes } from './check.ts';
import { homePlace, placeSchema } from './place.ts';

export const minuteMs = 60_000;

/** The whole deadline of one probe. A run must be over before the next minute's begins. */
const timeoutLimitsMs = { least: 100, most: 30_000 } as const;

/** Failures in a row that a check may ask for. Segments keep as many first failures of a streak apart. */
export const mostConfirm = 10;

/** Intervals below a minute: those that a minute is a multiple of, so that every minute has the same rounds. */
export const shortIntervalsMs = [10_000, 15_000, 20_000, 30_000] as const;

/** The longest that a second attempt may come after the first. */
const mostRetryMs = 30_000;

/** Members of a composite: each costs what a check of its own does. */
export const mostMembers = 10;

/** Of a heartbeat's address. */
export const mostGeneration = 999;

export const quorumSchema = z.union([z.literal('majority'), z.int().min(1)]);

const base = {
  id: z.string().min(1),
  everyMs: z.union([
    z.literal(shortIntervalsMs),
    z
      .int()
      .min(minuteMs)
      .max(24 * 60 * minuteMs)
      .multipleOf(minuteMs),
  ]),
  timeoutMs: z.int().min(timeoutLimitsMs.least).max(timeoutLimitsMs.most),
  confirm: z.int().min(1).max(mostConfirm),
  retryMs: z.int().min(0).max(mostRetryMs),
  places: z.array(placeSchema).min(1),
  quorum: quorumSchema,
};

const address = { host: z.string().min(1), port: z.int().min(1).max(65_535) };
const validForMs = z.int().min(0);

/** What a check may ask to be read of an answer. */
export const bodyLimitsBytes = { least: 1024, most: 1024 * 1024 } as const;

const jsonSchema = z.strictObject({
  path: z.string().min(1),
  is: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  contains: z.string().min(1).optional(),
  regex: z.string().min(1).optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  exists: z.literal(false).optional(),
});

const statusSchema = z.int().min(100).max(599);

const singles = [
  z.strictObject({
    ...base,
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }),
    method: z.enum(httpMethods),
    headers: z.record(z.string(), z.string()),
    body: z.string().optional(),
    expect: z.strictObject({
      status: z.array(z.tuple([statusSchema, statusSchema])).min(1),
      text: z.string().min(1).optional(),
      regex: z.string().min(1).optional(),
      json: z.array(jsonSchema).min(1).optional(),
      headers: z.record(z.string(), z.string()),
    }),
    redirects: z.int().min(0).max(20),
    mostBytes: z.int().min(bodyLimitsBytes.least).max(bodyLimitsBytes.most).optional(),
    http2: z.boolean().optional(),
  }),
  z.strictObject({
    ...base,
    ...address,
    kind: z.literal('tcp'),
    send: z.string().min(1).optional(),
    expect: z.string().min(1).optional(),
  }),
  z.strictObject({
    ...base,
    ...address,
    kind: z.literal('udp'),
    send: z.string().min(1),
    expect: z.string().min(1).optional(),
  }),
  z.strictObject({ ...base, ...address, kind: z.literal('ntp') }),
  z.strictObject({
    ...base,
    ...address,
    kind: z.literal('mail'),
    protocol: z.enum(mailProtocols),
    encryption: z.enum(['tls', 'starttls', 'none']),
    validForMs,
  }),
  z.strictObject({ ...base, ...address, kind: z.literal('tls'), name: z.string().min(1).optional(), validForMs }),
  z.strictObject({
    ...base,
    kind: z.literal('dns'),
    name: z.string().min(1),
    type: z.enum(recordTypes),
    resolver: z.strictObject(address).optional(),
    expect: z.union([z.literal('none'), z.array(z.string().min(1))]),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('websocket'),
    url: z.url({ protocol: /^wss?$/ }),
    headers: z.record(z.string(), z.string()),
    protocol: z.string().min(1).optional(),
    send: z.string().min(1).optional(),
    expect: z.string().min(1).optional(),
  }),
  z.strictObject({
    ...base,
    ...address,
    kind: z.literal('grpc'),
    service: z.string().max(120),
    secure: z.boolean(),
    name: z.string().min(1).optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('icmp'), host: z.string().min(1) }),
] as const;

const compositeSchema = z.strictObject({
  ...base,
  kind: z.literal('composite'),
  atLeast: z.int().min(1),
  members: z
    .array(z.strictObject({ name: z.string(), check: z.discriminatedUnion('kind', singles) }))
    .min(2)
    .max(mostMembers),
});

const heartbeatSchema = z.strictObject({
  ...base,
  kind: z.literal('heartbeat'),
  places: z.tuple([z.literal(homePlace)]),
  beatEveryMs: z.int().min(minuteMs),
  graceMs: z.int().min(0),
  generation: z.int().min(2).max(mostGeneration).optional(),
});

export const checkSchema: z.ZodType<Check> = z.discriminatedUnion('kind', [
  ...singles,
  compositeSchema,
  heartbeatSchema,
]);
