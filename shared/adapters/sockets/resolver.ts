/** Names to addresses, freshly for every probe, and never more questions at once than a resolver takes. */
import { lookup, promises, Resolver } from 'node:dns';
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

/** `begun` is called once the question is on its way, and not only waiting for its turn. */
export type Resolve = (host: string, begun?: () => void) => Promise<readonly string[]>;

/** Asks one question of a resolver of its own, given as `192.0.2.53:53`, or of the system's. */
export type Query = <T>(server: string | undefined, ask: (resolver: promises.Resolver) => Promise<T>) => Promise<T>;

export interface OpenResolver {
  readonly resolve: Resolve;
  readonly query: Query;
  readonly close: () => void;
}

/** IPv4 addresses of a name, or its IPv6 ones where it has no other. Rejects with the resolver's own error. */
export const openResolver = ({ servers, systemNames }: ResolverOptions): OpenResolver => {
  const resolver = new Resolver({ timeout: tryMs, tries: 2 });
  if (servers) resolver.setServers(servers);
  const asking = new Set<promises.Resolver>();
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

  const ask = (host: string, begun?: () => void): Promise<string[]> =>
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
      start(() => {
        begun?.();
        resolver.resolve4(host, (error, addresses) => {
          if (codeOf(error) === 'ENODATA') resolver.resolve6(host, settle);
          else settle(error, addresses);
        });
      });
    });

  const local = ['127.0.0.1', '::1'];
  return {
    resolve: async (host, begun) => {
      if (isIP(host)) return [host];
      if (host === 'localhost' || host.endsWith('.localhost')) return local; // RFC 6761 keeps it from the DNS
      return ask(host, begun);
    },
    query: async (server, question) => {
      await new Promise<void>((resolve) => start(resolve));
      const own = new promises.Resolver({ timeout: tryMs, tries: 2 });
      const asked = server === undefined ? servers : [server];
      if (asked) own.setServers(asked);
      asking.add(own);
      try {
        return await question(own);
      } finally {
        asking.delete(own);
        next();
      }
    },
    close: () => {
      resolver.cancel();
      for (const own of asking) own.cancel();
    },
  };
};
