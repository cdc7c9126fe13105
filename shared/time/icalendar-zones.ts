/** The IANA zone behind a TZID: programs write their own names for them. */
import { isZone } from './calendar.ts';

/** What Microsoft's programs write. Source: Unicode CLDR, windowsZones, territory 001. */
const windowsNames: Readonly<Record<string, string>> = {
  'GMT Standard Time': 'Europe/London',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Romance Standard Time': 'Europe/Paris',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'GTB Standard Time': 'Europe/Bucharest',
  'FLE Standard Time': 'Europe/Kiev',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'Turkey Standard Time': 'Europe/Istanbul',
  'Russian Standard Time': 'Europe/Moscow',
  'Morocco Standard Time': 'Africa/Casablanca',
  'South Africa Standard Time': 'Africa/Johannesburg',
  'Arabian Standard Time': 'Asia/Dubai',
  'India Standard Time': 'Asia/Calcutta',
  'Singapore Standard Time': 'Asia/Singapore',
  'China Standard Time': 'Asia/Shanghai',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'New Zealand Standard Time': 'Pacific/Auckland',
  'Newfoundland Standard Time': 'America/St_Johns',
  'Atlantic Standard Time': 'America/Halifax',
  'Eastern Standard Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Mountain Standard Time': 'America/Denver',
  'US Mountain Standard Time': 'America/Phoenix',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Alaskan Standard Time': 'America/Anchorage',
  'Hawaiian Standard Time': 'Pacific/Honolulu',
  'E. South America Standard Time': 'America/Sao_Paulo',
};

/**
 * An IANA name, also at the end of a longer path (`/mozilla.org/20050126_1/Europe/Paris`); what the file's own VTIMEZONE
 * says that it is; or a Windows name.
 */
export const zoneBehind = (tzid: string, locations: ReadonlyMap<string, string>): string | undefined => {
  const parts = tzid.split('/');
  return [
    tzid,
    locations.get(tzid),
    Object.hasOwn(windowsNames, tzid) ? windowsNames[tzid] : undefined,
    parts.slice(-2).join('/'),
    parts.slice(-3).join('/'),
  ].find((name) => name !== undefined && /^[A-Z]/.test(name) && isZone(name));
};
