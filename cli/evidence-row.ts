/** One row of a CSV file of evidence: reads its own cells, and complains about them. */
import { didYouMean } from '../shared/contract/did-you-mean.ts';
import type { ClientPlan } from '../shared/contract/plan.ts';
import type { ProblemCode } from '../shared/contract/problem.ts';
import { show } from '../shared/contract/report.ts';
import { formatFraction, fraction, over, parseFraction, times } from '../shared/money/fraction.ts';
import { instantOf } from '../shared/time/calendar.ts';

export type Complain = (code: ProblemCode, column: string, saw: string, want: string) => void;

const wantTime = 'a time such as 2026-10-13 18:00 (or with its offset, 2026-10-13T18:00:00+02:00)';
const timePattern =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?|24:00)(Z|[+-]\d{2}:\d{2})?$/;

const readTime = (text: string, zone: string): number | undefined => {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const [, date = '', time = '', offset] = timePattern.exec(text) ?? [];
  const utc = Date.parse(`${date}T${time}${offset ?? 'Z'}`);
  if (Number.isNaN(utc) || new Date(Date.parse(`${date}T00:00Z`)).toISOString().slice(0, 10) !== date) return undefined;
  return offset === undefined ? instantOf(date, time, zone) : utc;
};

export class Row {
  private readonly cells: ReadonlyMap<string, string>;
  private readonly client: ClientPlan;
  private readonly refuse: Complain;

  constructor(cells: ReadonlyMap<string, string>, client: ClientPlan, refuse: Complain) {
    this.cells = cells;
    this.client = client;
    this.refuse = refuse;
  }

  text(column: string): string {
    return this.cells.get(column) ?? '';
  }

  private value<T>(column: string, read: (text: string) => T | undefined, want: string, stand: T): T {
    const text = this.text(column);
    if (text === '') return stand; // a cell that must be filled is complained about once, before any is read
    const value = read(text);
    if (value === undefined) this.refuse('bad-value', column, show(text), want);
    return value ?? stand;
  }

  time(column: string): number {
    return this.value(column, (text) => readTime(text, this.client.zone), wantTime, 0);
  }

  /** Under the name that evidence has for it, where the cell is filled. */
  timeAs<N extends string>(name: N, column: string): { [key in N]?: number } {
    return this.text(column) === '' ? {} : ({ [name]: this.time(column) } as { [key in N]?: number });
  }

  between(): { start: number; end: number } {
    const [start, end] = [this.time('start'), this.time('end')];
    if (end <= start && this.text('end') !== '')
      this.refuse('contradiction', 'end', show(this.text('end')), `later than start, ${show(this.text('start'))}`);
    return { start, end };
  }

  count(column: string): number {
    return this.value(column, (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined), 'a whole number', 0);
  }

  day(column: string): string {
    const read = (text: string) =>
      /^\d{4}-\d\d-\d\d$/.test(text) && readTime(`${text} 00:00`, 'UTC') !== undefined ? text : undefined;
    return this.value(column, read, 'a day such as 2026-10-13', '');
  }

  minor(): number {
    const { minorDigits, currency } = this.client;
    const read = (text: string): number | undefined => {
      if (!/^-?\d{1,12}(?:\.\d{1,4})?$/.test(text)) return undefined;
      const { n, d } = times(parseFraction(text), fraction(10n ** BigInt(minorDigits)));
      return n % d === 0n ? Number(n / d) : undefined;
    };
    return this.value('amount', read, `an amount in ${currency} such as 1250.00, at most ${minorDigits} decimals`, 0);
  }

  share(column: string): string {
    const read = (text: string) => {
      const [, percent] = /^(\d{1,3}(?:\.\d{1,9})?) ?%$/.exec(text) ?? [];
      if (percent !== undefined) return formatFraction(over(parseFraction(percent), fraction(100)));
      return /^\d+\/[1-9]\d*$|^\d+(?:\.\d+)?$/.test(text) ? formatFraction(parseFraction(text)) : undefined;
    };
    return this.value(column, read, 'a share such as 25 %, 0.25 or 1/4', '1');
  }

  oneOf<T extends string>(column: string, allowed: readonly T[], stand: T): T {
    return this.value(column, (text) => allowed.find((one) => one === text), allowed.join(', '), stand);
  }

  service(): string {
    const known = this.client.services.map(({ id }) => id);
    const text = this.text('service');
    if (text !== '' && !known.includes(text))
      this.refuse(
        'unknown-reference',
        'service',
        show(text),
        `a service of ${this.client.id}: ${didYouMean(text, known)}`,
      );
    return text;
  }

  services(): { services?: string[] } {
    const known = this.client.services.map(({ id }) => id);
    const named = this.text('services')
      .split(/[\s,]+/)
      .filter((one) => one !== '');
    for (const one of named)
      if (!known.includes(one))
        this.refuse(
          'unknown-reference',
          'services',
          show(one),
          `services of ${this.client.id}: ${didYouMean(one, known)}`,
        );
    return named.length > 0 ? { services: named } : {};
  }

  /** `mail/smtp`, or with the client before it; `all` is every endpoint. */
  endpoints(): string[] {
    const { id: client, services } = this.client;
    const known = services.flatMap(({ id, endpoints }) =>
      endpoints.length > 0 ? endpoints.map((endpoint) => endpoint.id) : [`${client}/${id}`],
    );
    const text = this.text('endpoint');
    if (text === 'all') return known;
    const found = known.find((id) => id === text || id === `${client}/${text}`);
    const short = known.map((id) => id.slice(client.length + 1));
    if (text !== '' && found === undefined)
      this.refuse(
        'unknown-reference',
        'endpoint',
        show(text),
        `an endpoint of ${client}, or all: ${didYouMean(text, short)}`,
      );
    return found === undefined ? [] : [found];
  }
}
