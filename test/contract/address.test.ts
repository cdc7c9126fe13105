import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressGuard } from '../../shared/adapters/sockets/guard.ts';
import { canonicalHost, forbiddenHost } from '../../shared/contract/address.ts';

/** As a resolver writes addresses, which is not always as a URL does: an AAAA record may carry an IPv4 address in dots. */
const forbidden = [
  { address: '::ffff:127.0.0.1', is: 'loopback' },
  { address: '::ffff:169.254.169.254', is: 'cloud metadata' },
  { address: '::FFFF:10.0.0.1', is: 'private' },
  { address: '::ffff:7f00:1', is: 'loopback' },
  { address: '::127.0.0.1', is: 'reserved' },
  { address: '64:ff9b::169.254.169.254', is: 'cloud metadata' },
  { address: '64:ff9b::a83f:8110', is: 'cloud metadata' },
  { address: '64:ff9b::10.0.0.1', is: 'private' },
  { address: '64:ff9b:1::a00:1', is: 'translated' },
  { address: '64:ff9b:1:a9fe:a9:fe00::', is: 'translated' }, // 169.254.169.254 after a prefix of 48 bits (RFC 6052)
  { address: '::ffff:0:10.0.0.1', is: 'private' },
  { address: '2002:7f00:1::', is: 'tunnelled' },
  { address: '2002:a9fe:a9fe::1', is: 'tunnelled' },
  { address: '2001:0:c633:6407:8000:63bf:5601:5601', is: 'tunnelled' }, // Teredo to 169.254.169.254
  { address: 'fe80::1%eth0', is: 'link-local' },
  { address: 'FE80::1', is: 'link-local' },
  { address: '0.0.0.0', is: 'unspecified' },
  { address: '::', is: 'unspecified' },
  { address: '169.254.169.254', is: 'cloud metadata' },
  { address: '169.254.170.2', is: 'cloud metadata' },
  { address: '169.254.170.23', is: 'cloud metadata' },
  { address: '168.63.129.16', is: 'cloud metadata' },
  { address: '100.100.100.200', is: 'cloud metadata' },
  { address: '192.0.0.192', is: 'cloud metadata' },
  { address: 'fd00:ec2::254', is: 'cloud metadata' },
  { address: 'fd00:ec2::23', is: 'cloud metadata' },
  { address: 'fd00:ec2::253', is: 'cloud metadata' },
  { address: 'fd20:ce::254', is: 'cloud metadata' },
  { address: '::ffff:168.63.129.16', is: 'cloud metadata' },
  { address: '::ffff:100.100.100.200', is: 'cloud metadata' },
  { address: '192.88.99.1', is: 'reserved' },
  { address: '100::1', is: 'reserved' },
  { address: '4000::1', is: 'reserved' },
  { address: 'fec0::1', is: 'link-local' },
  { address: 'ff02::1', is: 'multicast' },
  { address: '255.255.255.255', is: 'reserved' },
];

test.each(forbidden)('$address is $is, and no probe connects to it from the internet', ({ address, is }) => {
  expect(forbiddenHost(address)?.is).toBe(is);
  expect(() => addressGuard(false)(address)).toThrow(is);
});

test.each(forbidden.filter(({ is }) => is !== 'private'))(
  '$address is $is, and no part of a private network',
  ({ address, is }) => {
    expect(() => addressGuard(true, false)(address)).toThrow(is);
    expect(() => addressGuard(true, false)(address, true)).toThrow(is);
  },
);

test.each(['198.51.100.7', '2001:db8::25', '::ffff:198.51.100.7', '64:ff9b::c633:6407'])(
  '%s may be probed',
  (address) => {
    expect(forbiddenHost(address)).toBeUndefined();
    expect(() => addressGuard(false)(address)).not.toThrow();
  },
);

test.each(['', 'good.example', '1.2.3', '::1::', '::ffff:1.2.3.4.5', '127.1'])(
  'what is no address, such as "%s", is not connected to, wherever private ones may be',
  (address) => {
    expect(() => addressGuard(false)(address)).toThrow('no address');
    expect(() => addressGuard(true)(address)).toThrow('no address');
  },
);

test.each([
  { written: '2130706433', host: '127.0.0.1' },
  { written: '0x7f.1', host: '127.0.0.1' },
  { written: '0177.0.0.1', host: '127.0.0.1' },
  { written: '[::ffff:127.0.0.1]', host: '::ffff:7f00:1' },
])('$written is $host in other digits', ({ written, host }) => {
  expect(canonicalHost(written)).toBe(host);
  expect(forbiddenHost(host)?.is).toBe('loopback');
});

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
  'the machine itself, %s, is no part of a private network that may be probed',
  (address) => {
    expect(() => addressGuard(true, false)(address)).toThrow('loopback');
    expect(() => addressGuard(true)(address)).not.toThrow();
    expect(() => addressGuard(true, false)('10.0.0.7')).not.toThrow();
  },
);

test.each(['10.0.0.7', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.7'])(
  'what a server answers leads nobody to %s, which a check may name',
  (address) => {
    expect(() => addressGuard(true, false)(address)).not.toThrow();
    expect(() => addressGuard(true, false)(address, true)).toThrow('no redirect from another host may lead there');
  },
);

test.each(['metadata', 'metadata.google.internal', 'instance-data.ec2.internal', 'metadata.azure.internal'])(
  '%s is a name of cloud metadata',
  (name) => {
    expect(forbiddenHost(name)?.is).toBe('cloud metadata');
  },
);

test.each(['metadata.example.com', 'instance-data.example.com', 'mymetadata.example.com'])(
  '%s is a name as others are',
  (name) => {
    expect(forbiddenHost(name)).toBeUndefined();
  },
);

test('an IPv4 address is the same in every form that a machine takes for it', () => {
  const hex = (high: number, low: number): string => (high * 256 + low).toString(16);
  fc.assert(
    fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), ([a, b, c, d]) => {
      const plain = forbiddenHost(`${a}.${b}.${c}.${d}`);
      for (const prefix of ['::ffff:', '64:ff9b::', '::ffff:0:']) {
        expect(forbiddenHost(`${prefix}${a}.${b}.${c}.${d}`)).toEqual(plain);
        expect(forbiddenHost(`${prefix}${hex(a, b)}:${hex(c, d)}`)).toEqual(plain);
      }
    }),
  );
});
