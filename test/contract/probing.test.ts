import { describe, expect, test } from 'vitest';
import { clientOf, plainClient, problemsOf, withTerms } from './folders.ts';

const checkOf = (client: string) => clientOf(client).services[0]?.endpoints[0]?.check;
const endpointWith = (more: string) =>
  plainClient.replace('{ http: https://www.example.com/ }', `{ http: https://www.example.com/, ${more} }`);

describe('how an endpoint is probed', () => {
  test.each([
    { name: 'a retry after five seconds unless somebody says otherwise', client: plainClient, is: { retryMs: 5_000 } },
    { name: 'the retry of the terms', client: withTerms('probe: { retry: 12 s }'), is: { retryMs: 12_000 } },
    { name: 'the retry of the endpoint', client: endpointWith('retry: 0 s'), is: { retryMs: 0 } },
    { name: 'ten seconds between probes', client: endpointWith('every: 10 s'), is: { everyMs: 10_000 } },
    {
      name: 'half a minute between probes, by the terms',
      client: withTerms('probe: { every: 30 s }'),
      is: { everyMs: 30_000 },
    },
    { name: 'five minutes between probes', client: endpointWith('every: 5 min'), is: { everyMs: 300_000 } },
  ])('$name', ({ client, is }) => {
    expect(checkOf(client)).toMatchObject(is);
  });

  test.each([
    {
      name: 'an interval that a minute is no multiple of',
      more: 'every: 25 s',
      code: 'out-of-range',
      want: '10 s, 15 s',
    },
    { name: 'an interval of no whole minutes', more: 'every: 90 s', code: 'out-of-range', want: 'whole minutes' },
    { name: 'an interval under ten seconds', more: 'every: 5 s', code: 'out-of-range', want: '10 s, 15 s' },
    { name: 'a retry that comes too late', more: 'retry: 31 s', code: 'out-of-range', want: 'from 0 s to 30 s' },
    {
      name: 'a timeout longer than its interval',
      more: 'every: 15 s, timeout: 20 s',
      code: 'contradiction',
      want: '15 s at most',
    },
  ])('$name is refused', ({ more, code, want }) => {
    expect(problemsOf(endpointWith(more))).toMatchObject([{ code, want: expect.stringContaining(want) }]);
  });
});
