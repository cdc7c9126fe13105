/** Whole checks, for tests and benchmarks that name only what matters to them. */
import type { HttpCheck, TcpCheck } from '../shared/probe/check.ts';

export const usual = {
  everyMs: 60_000,
  timeoutMs: 10_000,
  confirm: 2,
  retryMs: 0,
  places: ['home'],
  quorum: 'majority' as const,
};

export const tcpCheck = (id: string, over: Partial<TcpCheck> = {}): TcpCheck => ({
  ...usual,
  ...{ kind: 'tcp', id, host: 'mail.example.com', port: 25 },
  ...over,
});

export const httpCheck = (url: string, over: Partial<HttpCheck> = {}): HttpCheck => ({
  ...usual,
  ...{ kind: 'http', id: 'client/service/endpoint', url, method: 'GET', headers: {}, redirects: 3 },
  expect: { status: [[200, 299]], headers: {} },
  ...over,
});
