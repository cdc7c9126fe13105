/** Recurrence rules of RFC 5545, as far as a maintenance window or a holiday needs them: everything else is refused by name. */

export interface RuleFault {
  readonly code: 'bad-value' | 'contradiction';
  readonly want: string;
}

const day = '(?:MO|TU|WE|TH|FR|SA|SU)';
const listOf = (item: string): RegExp => new RegExp(`^${item}(?:,${item})*$`);

/** Parts and what each may hold. The time of day and the first day stand beside the rule, in `at` and `first`. */
const parts: Readonly<Record<string, RegExp>> = {
  FREQ: /^(YEARLY|MONTHLY|WEEKLY|DAILY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,3}$/,
  UNTIL: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ)?$/,
  BYDAY: listOf(`(?:[+-]?[1-5])?${day}`),
  BYMONTHDAY: listOf('-?(?:[1-9]|[12]\\d|3[01])'),
  BYMONTH: listOf('(?:[1-9]|1[0-2])'),
  BYSETPOS: listOf('-?[1-9]\\d{0,2}'),
  WKST: new RegExp(`^${day}$`),
};

export const wantRule = 'an RFC 5545 rule such as FREQ=MONTHLY;BYDAY=1SU';

/** What is wrong with a rule, and what would be right. */
export const ruleFault = (text: string): RuleFault | undefined => {
  const said = new Map<string, string>();
  for (const part of text.split(';')) {
    const [, name = '', value = ''] = /^([A-Z]+)=(.+)$/.exec(part) ?? [];
    const may = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (!may) return { code: 'bad-value', want: `${wantRule}, made of ${Object.keys(parts).join(', ')}` };
    if (said.has(name)) return { code: 'contradiction', want: `${name} once` };
    if (!may.test(value)) return { code: 'bad-value', want: `${name} as RFC 5545 has it, in ${wantRule}` };
    said.set(name, value);
  }
  const freq = said.get('FREQ');
  if (freq === undefined) return { code: 'bad-value', want: `${wantRule}: FREQ is missing` };
  if (said.has('COUNT') && said.has('UNTIL')) return { code: 'contradiction', want: 'COUNT or UNTIL, not both' };
  const numbered = /\d/.test(said.get('BYDAY') ?? '');
  if (numbered && freq !== 'MONTHLY' && freq !== 'YEARLY')
    return { code: 'contradiction', want: 'a numbered day such as 1SU only with FREQ=MONTHLY or YEARLY' };
  return undefined;
};
