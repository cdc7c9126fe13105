/** Names to addresses, freshly for every probe, and never more questions at once than a resolver takes. */
import { lookup, Resolver } from 'node:dns';
import { isIP } from 'node:net';
import { codeOf } from './failure.ts';

/** A thousand questions at once lost 744 of them, 64 none (`performance.md` §3); each loss would be a false outage. */
const mostInFlight = 64;

/** Of one try; there are two. */
const tryMs = 2_000;

export interface ResolverOptions {
  /** `127.0.0.1:5353`. @default those of the system */
  readonly servers?: readonly string[];
  /** Whether a name that DNS does not know may be in the system's own tables, such as `/etc/hosts`. */
  readonly systemNames: boolean;
}

export type Resolve = (host: string) => Promise<readonly string[]>;

/** IPv4 addresses of a name, or its IPv6 ones where it has no other. Rejects with the resolver's own error. */
export const openResolver = ({ servers, systemNames }: ResolverOptions): { resolve: Resolve; close: () => void } => {
  const resolver = new Resolver({ timeout: tryMs, tries: 2 });
  if (servers) resolver.setServers(servers);
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  const start = (question: () => void): void => {
    if (inFlight === mostInFlight) {
      waiting.push(question);
      return;
    }
    inFlight++;
    question();
  };
  const next = (): void => {
    const question = waiting.shift();
    if (question) question();
    else inFlight--;
  };

  const ask = (host: string): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const fromSystem = (failed: Error): void =>
        lookup(host, { all: true }, (error, found) => {
          if (error) reject(failed);
          else resolve(found.map(({ address }) => address));
        });
      const settle = (error: Error | null, addresses: string[]): void => {
        next();
        if (!error) resolve(addresses);
        else if (systemNames && codeOf(error) === 'ENOTFOUND') fromSystem(error);
        else reject(error);
      };
      start(() =>
        resolver.resolve4(host, (error, addresses) => {
          if (codeOf(error) === 'ENODATA') resolver.resolve6(host, settle);
          else settle(error, addresses);
        }),
      );
    });

  const local = ['127.0.0.1', '::1'];
  return {
    resolve: async (host) => {
      if (isIP(host)) return [host];
      if (host === 'localhost' || host.endsWith('.localhost')) return local; // RFC 6761 keeps it from the DNS
      return ask(host);
    },
    close: () => resolver.cancel(),
  };
};
