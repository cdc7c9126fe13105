import { describe, expect, test } from 'vitest';
import { verdictOn } from '../../../shared/adapters/sockets/failure.ts';

const errorOf = (code: string, address: string): Error =>
  Object.assign(new Error(`connect ${code} ${address}:443`), { code, address });
const [six, four] = ['2001:db8::1', '203.0.113.4'];

/** As Linux answers where IPv6 has no address, no route, a route that says so, or no family at all. */
describe('a place without IPv6', () => {
  test.each(['EADDRNOTAVAIL', 'ENETUNREACH', 'EHOSTUNREACH', 'EAFNOSUPPORT'])(
    'cannot tell of an IPv6 address, and says so: %s',
    (code) =>
      expect(verdictOn(errorOf(code, six), 'connect', () => false)).toEqual({
        state: 'unknown',
        detail: `this place has no IPv6: connect ${code} ${six}:443`,
      }),
  );
  test.each([
    { name: 'an IPv4 address that cannot be reached', address: four, code: 'EHOSTUNREACH', cause: 'unreachable' },
    { name: 'an IPv6 address that refuses', address: six, code: 'ECONNREFUSED', cause: 'refused' },
  ])('knows of $name', ({ address, code, cause }) =>
    expect(verdictOn(errorOf(code, address), 'connect', () => false)).toMatchObject({ state: 'down', cause }),
  );
});

test('with IPv6, one that a router calls unreachable is down', () =>
  expect(verdictOn(errorOf('EHOSTUNREACH', six), 'connect', () => true)).toMatchObject({ cause: 'unreachable' }));
