/** Secrets that a check would send where anybody on the way can read them. */
import type { SingleCheck } from '../../probe/check.ts';
import { referencesOf } from '../../probe/secrets.ts';
import { isOnInternet } from '../places.ts';
import type { CheckReading, Path } from './reading.ts';

/** The field that has a check speak in clear, and what would be right. */
const spokenInClear = (check: SingleCheck): readonly [field: string, want: string] | undefined => {
  switch (check.kind) {
    case 'http':
      return check.url.startsWith('http:') ? ['url', 'an address that begins with https://'] : undefined;
    case 'websocket':
      return check.url.startsWith('ws:') ? ['url', 'an address that begins with wss://'] : undefined;
    case 'tcp':
    case 'udp':
      return ['send', `a text without secrets, which ${check.kind} sends as it is`];
    default:
      return undefined;
  }
};

/** Within networks of one's own plain HTTP is common, and whoever listens there is no stranger. */
export const judgeClear = (
  check: SingleCheck,
  path: Path,
  { places, privateAddresses, complain }: CheckReading,
): void => {
  const blind = privateAddresses ? undefined : places.find(isOnInternet);
  const clear = blind && referencesOf(check).length > 0 ? spokenInClear(check) : undefined;
  if (!clear || !blind) return;
  const [field, want] = clear;
  complain(
    [...path, check.kind, field],
    'contradiction',
    `${want}, or "places:" with VPCs and agents alone, not ${blind.id}: over the internet, whoever is on the way reads the secret`,
  );
};
