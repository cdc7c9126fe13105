import { expect, test } from 'vitest';
import { addressGuard } from '../../shared/adapters/sockets/connect.ts';
import { canonicalHost, forbiddenHost } from '../../shared/contract/address.ts';

/** As a resolver writes addresses, which is not always as a URL does: an AAAA record may carry an IPv4 address in dots. */
test.each([
  { address: '::ffff:127.0.0.1', is: 'loopback' },
  { address: '::ffff:169.254.169.254', is: 'cloud metadata' },
  { address: '::FFFF:10.0.0.1', is: 'private' },
  { address: '::ffff:7f00:1', is: 'loopback' },
  { address: '::127.0.0.1', is: 'loopback' },
  { address: '64:ff9b::169.254.169.254', is: 'cloud metadata' },
  { address: '64:ff9b:1::a00:1', is: 'private' },
  { address: '::ffff:0:10.0.0.1', is: 'private' },
  { address: '2002:7f00:1::', is: 'loopback' },
  { address: 'fe80::1%eth0', is: 'link-local' },
  { address: 'FE80::1', is: 'link-local' },
  { address: '0.0.0.0', is: 'unspecified' },
  { address: '::', is: 'unspecified' },
])('$address is $is, and no probe connects to it', ({ address, is }) => {
  expect(forbiddenHost(address)?.is).toBe(is);
  expect(() => addressGuard(false)(address)).toThrow(is);
});

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
