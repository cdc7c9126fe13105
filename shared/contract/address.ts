/**
 * Which hosts a contract may not ask Vigie to probe. Told from the text alone, before anything is resolved; what a name
 * resolves to is judged again by the prober.
 */

/** `never`: no client's endpoint can live there. `private`: reachable only from inside a network of one's own. */
export interface ForbiddenHost {
  readonly reach: 'never' | 'private';
  /** What the address is: `link-local`, `cloud metadata`. */
  readonly is: string;
}

type Range = readonly [network: string, prefix: number, reach: ForbiddenHost['reach'], is: string];

// IANA special-purpose address registries (RFC 6890 and updates); metadata services of AWS, Alibaba and Oracle.
const ranges: readonly Range[] = [
  ['169.254.169.254', 32, 'never', 'cloud metadata'],
  ['169.254.170.2', 32, 'never', 'cloud metadata'],
  ['100.100.100.200', 32, 'never', 'cloud metadata'],
  ['192.0.0.192', 32, 'never', 'cloud metadata'],
  ['169.254.0.0', 16, 'never', 'link-local'],
  ['0.0.0.0', 8, 'never', 'unspecified'],
  ['224.0.0.0', 4, 'never', 'multicast'],
  ['240.0.0.0', 4, 'never', 'reserved'],
  ['127.0.0.0', 8, 'private', 'loopback'],
  ['10.0.0.0', 8, 'private', 'private'],
  ['172.16.0.0', 12, 'private', 'private'],
  ['192.168.0.0', 16, 'private', 'private'],
  ['100.64.0.0', 10, 'private', 'carrier-shared'],
  ['192.0.0.0', 24, 'never', 'reserved'],
  ['198.18.0.0', 15, 'private', 'benchmarking'],
];

const ranges6: readonly Range[] = [
  ['fd00:ec2::254', 128, 'never', 'cloud metadata'],
  ['fd20:ce::254', 128, 'never', 'cloud metadata'],
  ['::', 128, 'never', 'unspecified'],
  ['::1', 128, 'private', 'loopback'],
  ['fe80::', 10, 'never', 'link-local'],
  ['fec0::', 10, 'never', 'link-local'],
  ['ff00::', 8, 'never', 'multicast'],
  ['fc00::', 7, 'private', 'private'],
];

const names: readonly (readonly [RegExp, ForbiddenHost])[] = [
  [/^(metadata|instance-data)(\.|$)|^metadata\.google\.internal$/, { reach: 'never', is: 'cloud metadata' }],
  [/(^|\.)localhost$/, { reach: 'private', is: 'loopback' }],
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

/** The IPv4 address that an IPv6 one carries: mapped, translated, compatible, NAT64 or 6to4. */
const embedded = (bits: bigint): bigint | undefined => {
  const low = bits & 0xffff_ffffn;
  if (bits >> 32n === 0xffffn) return low; // ::ffff:0:0/96
  if (bits >> 32n === 0xffff_0000n) return low; // ::ffff:0:0:0/96
  if (bits >> 32n === 0n && bits > 1n) return low; // ::/96, long deprecated and still parsed
  if (within(bits, 128, bits6('64:ff9b::'), 96)) return low;
  if (within(bits, 128, bits6('64:ff9b:1::'), 48)) return low; // RFC 8215, translated within one network
  if (within(bits, 128, bits6('2002::'), 16)) return (bits >> 80n) & 0xffff_ffffn;
  return undefined;
};

const judge6 = (bits: bigint): ForbiddenHost | undefined => {
  const inner = embedded(bits);
  if (inner !== undefined) return judge4(inner);
  const found = ranges6.find(([network, prefix]) => within(bits, 128, bits6(network), prefix));
  return found && { reach: found[2], is: found[3] };
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
