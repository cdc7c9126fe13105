/** Records as a zone file has them, without quotation marks: what no answer could ever be is refused, not called down. */
import type { DnsCheck } from '../../probe/check.ts';
import { canonicalHost, isAddress } from '../address.ts';

const host = '(?:[a-z0-9_-]{1,63}\\.)*[a-z0-9_-]{1,63}\\.?';
const shape = (text: string): RegExp => new RegExp(`^${text}$`, 'i');

interface Form {
  readonly fits: (record: string) => boolean;
  readonly like: string;
}
const form = (text: string, like: string): Form => ({ fits: (record) => shape(text).test(record), like });
const name = form(host, 'www.example.com');

const forms: Readonly<Record<DnsCheck['type'], Form>> = {
  A: { fits: (record) => isAddress(record) && !/:|\b0\d/.test(record), like: '192.0.2.1' },
  AAAA: { fits: (record) => isAddress(record) && record.includes(':'), like: '2001:db8::1' },
  CAA: form('\\d{1,3} [a-z0-9]+ [^"]*', '0 issue letsencrypt.org'),
  CNAME: name,
  MX: form(`\\d{1,5} (?:${host}|\\.)`, '10 mail.example.com'),
  NS: name,
  PTR: name,
  SOA: form(`${host} ${host}(?: \\d{1,10}){5}`, 'ns1.example.com hostmaster.example.com 7 3600 600 86400 300'),
  SRV: form(`\\d{1,5} \\d{1,5} \\d{1,5} (?:${host}|\\.)`, '10 5 5060 sip.example.com'),
  TXT: { fits: () => true, like: 'v=spf1 -all' },
};

/** What would be right, where a record is none of its type. */
export const recordFault = (type: DnsCheck['type'], record: string): string | undefined =>
  forms[type].fits(record) ? undefined : `a record ${type} such as "${forms[type].like}"`;

/** `2001:DB8:0::1` is answered as `2001:db8::1`. */
export const canonicalRecord = (type: DnsCheck['type'], record: string): string =>
  type === 'AAAA' ? (canonicalHost(record) ?? record) : record;
