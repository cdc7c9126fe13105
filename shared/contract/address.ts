/**
 * Which hosts a contract may not ask Vigie to probe. Told from the text alone, before anything is resolved; what a name
 * resolves to is judged again by the prober.
 */

/**
 * `never`: no client's endpoint can live there. `loopback`: the machine that probes, itself. `private`: reachable only from
 * inside a network of one's own.
 */
export interface ForbiddenHost {
  readonly reach: 'never' | 'loopback' | 'private';
  /** What the address is: `link-local`, `cloud metadata`. */
  readonly is: string;
}

type Range = readonly [network: string, prefix: number, reach: ForbiddenHost['reach'], is: string];

// The first that holds an address says what it is. Sources: IANA's special-purpose address registries (RFC 6890 and updates);
// metadata services of AWS (and of its containers), Google, Azure (its wire server), Alibaba and Oracle.
const ranges: readonly Range[] = [
  ['169.254.169.254', 32, 'never', 'cloud metadata'],
  ['169.254.170.2', 32, 'never', 'cloud metadata'], // ECS
  ['169.254.170.23', 32, 'never', 'cloud metadata'], // EKS
  ['168.63.129.16', 32, 'never', 'cloud metadata'],
  ['100.100.100.200', 32, 'never', 'cloud metadata'],
  ['192.0.0.192', 32, 'never', 'cloud metadata'],
  ['169.254.0.0', 16, 'never', 'link-local'],
  ['0.0.0.0', 8, 'never', 'unspecified'],
  ['224.0.0.0', 4, 'never', 'multicast'],
  ['240.0.0.0', 4, 'never', 'reserved'],
  ['192.88.99.0', 24, 'never', 'reserved'], // relays of 6to4, given up (RFC 7526)
  ['127.0.0.0', 8, 'loopback', 'loopback'],
  ['10.0.0.0', 8, 'private', 'private'],
  ['172.16.0.0', 12, 'private', 'private'],
  ['192.168.0.0', 16, 'private', 'private'],
  ['100.64.0.0', 10, 'private', 'carrier-shared'],
  ['192.0.0.0', 24, 'never', 'reserved'],
  ['198.18.0.0', 15, 'private', 'benchmarking'],
];

const ranges6: readonly Range[] = [
  ['fd00:ec2::', 32, 'never', 'cloud metadata'], // ::254, of EKS ::23, and resolver and clock beside them
  ['fd20:ce::254', 128, 'never', 'cloud metadata'],
  ['::', 128, 'never', 'unspecified'],
  ['::1', 128, 'loopback', 'loopback'],
  ['fe80::', 10, 'never', 'link-local'],
  ['fec0::', 10, 'never', 'link-local'],
  ['ff00::', 8, 'never', 'multicast'],
  ['fc00::', 7, 'private', 'private'],
  ['64:ff9b:1::', 48, 'never', 'translated'], // by whatever rule a network has (RFC 8215), to whatever address
  ['2001::', 32, 'never', 'tunnelled'], // Teredo; like 6to4 it ends at an IPv4 address that anybody may put in
  ['2002::', 16, 'never', 'tunnelled'],
  ['2001:2::', 48, 'private', 'benchmarking'],
];

const names: readonly (readonly [RegExp, ForbiddenHost])[] = [
  [/^(metadata|instance-data)(\.([a-z0-9-]+\.)*internal)?$/, { reach: 'never', is: 'cloud metadata' }],
  [/(^|\.)localhost$/, { reach: 'loopback', is: 'loopback' }],
  [/\.(local|internal|lan|home\.arpa)$/, { reach: 'private', is: 'private' }],
  [/^[^.:]+$/, { reach: 'private', is: 'a name without a domain' }],
];

const bits4 = (text: string): bigint | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
};

/** The last two groups may be written as an IPv4 address, as resolvers do where there is one inside; a zone is no part. */
const hexGroups = (text: string): string =>
  text
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/(?<=:)\d+\.\d+\.\d+\.\d+$/, (dotted) => {
      const bits = bits4(dotted);
      return bits === undefined ? dotted : `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
    });

const bits6 = (text: string): bigint | undefined => {
  const [head = '', tail, ...more] = hexGroups(text).split('::');
  if (more.length > 0) return undefined;
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const all = [...left, ...Array<string>(gap).fill('0'), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
};

const within = (bits: bigint, width: number, network: bigint | undefined, prefix: number): boolean =>
  network !== undefined && bits >> BigInt(width - prefix) === network >> BigInt(width - prefix);

const judge4 = (bits: bigint): ForbiddenHost | undefined => {
  const found = ranges.find(([network, prefix]) => within(bits, 32, bits4(network), prefix));
  return found && { reach: found[2], is: found[3] };
};

/** The IPv4 address that is meant by an IPv6 one: mapped, translated, or behind the NAT64 of everybody. */
const meant4 = (bits: bigint): bigint | undefined =>
  ['::ffff:0:0', '::ffff:0:0:0', '64:ff9b::'].some((network) => within(bits, 128, bits6(network), 96))
    ? bits & 0xffff_ffffn
    : undefined;

const judge6 = (bits: bigint): ForbiddenHost | undefined => {
  const four = meant4(bits);
  if (four !== undefined) return judge4(four);
  const found = ranges6.find(([network, prefix]) => within(bits, 128, bits6(network), prefix));
  if (found) return { reach: found[2], is: found[3] };
  return within(bits, 128, bits6('2000::'), 3) ? undefined : { reach: 'never', is: 'reserved' }; // given to nobody yet
};

/** The host as a URL has it: lower case, `0x7f.1` and `2130706433` written out as 127.0.0.1; or none if it is no host. */
export const canonicalHost = (host: string): string | undefined => {
  const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = URL.parse(`http://${bare}/`);
  const bareUrl = url && url.port === '' && url.pathname === '/' && url.username === '' && url.search === '';
  if (!bareUrl) return undefined;
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') || undefined;
};

export const isAddress = (host: string): boolean => bits4(host) !== undefined || bits6(host) !== undefined;

/** Why a host may not be probed, or none. Takes what `canonicalHost` gives. */
export const forbiddenHost = (host: string): ForbiddenHost | undefined => {
  const four = bits4(host);
  if (four !== undefined) return judge4(four);
  const six = host.includes(':') ? bits6(host) : undefined;
  if (six !== undefined) return judge6(six);
  return names.find(([pattern]) => pattern.test(host))?.[1];
};
