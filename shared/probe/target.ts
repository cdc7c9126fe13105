/** What a check looks at, for people. */
import type { Check } from './check.ts';

/** `https://mail.example/owa` without the query, which may hold a secret; `mail.example:25`; `example.com MX`. */
export const targetOf = (check: Check): string => {
  switch (check.kind) {
    case 'http':
    case 'websocket': {
      const { protocol, host, pathname } = new URL(check.url);
      return `${protocol}//${host}${pathname}`;
    }
    case 'dns':
      return `${check.name} ${check.type}`;
    case 'icmp':
      return check.host;
    case 'composite':
      return check.members.map(({ name }) => name).join(', ');
    case 'heartbeat':
      return 'heartbeat';
    default:
      return `${check.host}:${check.port}`;
  }
};
