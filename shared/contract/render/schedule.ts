/** The SLA schedule that is appended to a contract: what it says, before it is Markdown or HTML. */

import type { Check } from '../../probe/check.ts';
import { type Format, formatFor } from '../../statement/language/format.ts';
import { wordsOf } from '../../statement/language/languages.ts';
import { hoursInWords, type Line, limitsInWords, type Teller, termsInWords } from '../../statement/language/terms.ts';
import type { Compose } from '../compose.ts';
import type { ClientPlan, Contact, Language, Plan, ServicePlan, ServiceVersion, Text } from '../plan.ts';
import type { Terms, TicketMeasure } from '../terms.ts';
import { ruleInWords } from './rule.ts';
import { dressed, type ScheduleWords, scheduleWords } from './words.ts';

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  | { readonly kind: 'table'; readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface Section {
  readonly heading: string;
  readonly level: 2 | 3;
  readonly blocks: readonly Block[];
}

export interface Schedule {
  readonly language: Language;
  readonly title: string;
  /** What stands between a label and its text. */
  readonly colon: string;
  readonly sections: readonly Section[];
}

export interface ScheduleOptions {
  /** @default the client's */
  readonly language?: Language;
  /** `YYYY-MM-DD`: terms that end before it are left out, later ones stand under their date. */
  readonly date: string;
}

interface Scene {
  readonly plan: Plan;
  readonly client: ClientPlan;
  readonly language: Language;
  readonly words: ScheduleWords;
  readonly format: Format;
  readonly teller: Teller;
  readonly date: string;
}

const inLanguage = (text: Text, language: Language): string => text[language] ?? text.fr ?? text.en ?? '';

const tierName = ({ plan, language }: Scene, id: string | undefined): string => {
  const tier = plan.provider.tiers.find((one) => one.id === id);
  return tier ? inLanguage(tier.name, language) : (id ?? '—');
};

/** In force on the date or later: those that a reader of the schedule can still meet. */
const current = <V extends { readonly from: string }>(versions: readonly V[], date: string): V[] => {
  const first = versions.findLastIndex(({ from }) => from <= date);
  return versions.slice(Math.max(first, 0));
};

const composeInWords = (compose: Compose, service: ServicePlan, scene: Scene): string => {
  const { words, format } = scene;
  const nameOf = (id: string) => service.endpoints.find((endpoint) => endpoint.id === id)?.name ?? service.name;
  const part = (inner: Compose): string =>
    inner.kind === 'endpoint' ? nameOf(inner.id) : `(${composeInWords(inner, service, scene)})`;
  switch (compose.kind) {
    case 'endpoint':
      return nameOf(compose.id);
    case 'all':
      return compose.of.length === 1 ? compose.of.map(part).join('') : words.allOf(format.list(compose.of.map(part)));
    case 'any':
      return words.anyOf(format.list(compose.of.map(part)));
    case 'at-least':
      return words.atLeast(compose.count, format.list(compose.of.map(part)));
    case 'longest':
      return words.longest(format.list(compose.of.map(part)));
    case 'pooled':
      return words.pooled(format.list(compose.of.map(part)));
    case 'weighted':
      return words.weighted(format.list(compose.of.map((one) => words.weight(part(one.part), one.weight))));
  }
};

/** A heartbeat is judged more often than its job calls; the job's pace is what was agreed. */
const paceOf = (check: Check, { words, format }: Scene): string =>
  check.kind === 'heartbeat'
    ? words.calls(format.duration(check.beatEveryMs))
    : words.every(format.duration(check.everyMs));

const covered = (scene: Scene): Section => {
  const { client, words, format, teller, date } = scene;
  const rows = client.services.map((service): string[] => {
    const versions = current(service.versions, date);
    const dated = (say: (version: ServiceVersion) => string): string => {
      const said = versions.map((version, i) =>
        i === 0 ? say(version) : `${say(version)} (${words.from(format.calendar(version.from))})`,
      );
      const changed = new Set(versions.map(say)).size > 1;
      return changed ? said.join(words.separator) : (said[0] ?? '');
    };
    return [
      service.until === undefined ? service.name : `${service.name} (${words.until(format.calendar(service.until))})`,
      dated(({ tier }) => tierName(scene, tier)),
      dated(({ feeMinor, terms }) => `${teller.money(feeMinor)} ${words.feePer[terms.feePer]}`),
      service.endpoints.map(({ name, check }) => `${name}, ${paceOf(check, scene)}`).join(words.separator) || '—',
      composeInWords(service.compose, service, scene),
    ];
  });
  const described = client.services.filter(({ description }) => description !== undefined);
  return {
    heading: words.covered,
    level: 2,
    blocks: [
      { kind: 'table', heads: [words.service, words.tier, words.fee, words.measuredAt, words.upWhen], rows },
      ...(described.length === 0
        ? []
        : [
            {
              kind: 'lines' as const,
              lines: described.map(({ name, description }) => ({
                label: name,
                text: inLanguage(description ?? {}, scene.language),
              })),
            },
          ]),
      { kind: 'text', text: words.kept(client.retentionMonths) },
    ],
  };
};

const notCovered = ({ client, words, language }: Scene): Section => ({
  heading: words.notCovered,
  level: 2,
  blocks: [
    { kind: 'list', items: [...client.notCovered.map((text) => inLanguage(text, language)), words.nothingElse] },
  ],
});

/** Terms without the deadlines, which have a table of their own. */
const withoutTickets = (terms: Terms): Terms => ({
  ...terms,
  clauses: terms.clauses.filter(({ measure }) => measure.kind !== 'tickets'),
});

const extraLines = (terms: Terms, { words, format }: Scene): Line[] => {
  const times = terms.clauses.flatMap(({ measure }) => (measure.kind === 'time' ? [measure] : []));
  const windows = new Set(
    times.flatMap(({ maintenance }) =>
      maintenance.recurring.map(({ rrule, time, lengthMs, zone, date }) =>
        words.window(ruleInWords(rrule, words, format), time, format.duration(lengthMs), zone, format.calendar(date)),
      ),
    ),
  );
  const holidays = new Set(times.flatMap(({ hours }) => hours?.holidays ?? []));
  return [
    ...(windows.size > 0 ? [{ label: words.windows, text: `${[...windows].join(words.separator)}.` }] : []),
    ...(holidays.size > 0
      ? [{ label: words.holidays, text: `${format.list([...holidays].sort().map(format.calendar))}.` }]
      : []),
  ];
};

/** Services under the same terms are told together. */
const promises = (scene: Scene): Section[] => {
  const { client, words, format, teller, date } = scene;
  const groups = new Map<string, { readonly names: string[]; readonly lines: Line[] }>();
  for (const service of client.services)
    for (const [i, version] of current(service.versions, date).entries()) {
      const lines = [...termsInWords(withoutTickets(version.terms), teller), ...extraLines(version.terms, scene)];
      const name = i === 0 ? service.name : `${service.name} (${words.from(format.calendar(version.from))})`;
      const group = groups.get(JSON.stringify(lines));
      if (group) group.names.push(name);
      else groups.set(JSON.stringify(lines), { names: [name], lines });
    }
  return [...groups.values()].map(({ names, lines }) => ({
    heading: words.termsOf(format.list(names)),
    level: 2,
    blocks: [{ kind: 'lines', lines }],
  }));
};

const deadlineOf = ({ within }: TicketMeasure, { words, format }: Scene): string =>
  'ms' in within ? format.duration(within.ms) : words.businessDays(within.businessDays);

interface Deadlines {
  readonly of: Partial<Record<TicketMeasure['of'], string>>;
  readonly clock: string;
  /** Of its cells; most rows have one. */
  readonly targets: readonly string[];
  readonly pauses: boolean;
}

const matrixRows = (terms: Terms, scene: Scene): string[][] => {
  const rows = new Map<string, Deadlines>();
  for (const { measure, target } of terms.clauses) {
    if (measure.kind !== 'tickets') continue;
    for (const severity of measure.severities ?? scene.plan.provider.severities.map(({ id }) => id)) {
      const row = rows.get(severity);
      rows.set(severity, {
        of: { ...row?.of, [measure.of]: deadlineOf(measure, scene) },
        clock: hoursInWords(measure.hours, scene.teller),
        targets: [...new Set([...(row?.targets ?? []), target === undefined ? '—' : scene.format.share(target)])],
        pauses: measure.pauses,
      });
    }
  }
  const named = (id: string) =>
    inLanguage(scene.plan.provider.severities.find((one) => one.id === id)?.name ?? { en: id }, scene.language);
  return [...rows].map(([severity, { of, clock, targets, pauses }]) => [
    named(severity),
    of.response ?? '—',
    of.resolution ?? '—',
    pauses ? `${clock} ${scene.words.stops}` : clock,
    targets.join(' / '),
  ]);
};

const response = (scene: Scene): Section[] => {
  const { client, words, format, date } = scene;
  const groups = new Map<string, { readonly names: string[]; readonly rows: string[][] }>();
  for (const service of client.services)
    for (const [i, version] of current(service.versions, date).entries()) {
      const rows = matrixRows(version.terms, scene);
      if (rows.length === 0) continue;
      const group = groups.get(JSON.stringify(rows));
      const name = i === 0 ? service.name : `${service.name} (${words.from(format.calendar(version.from))})`;
      if (!group) groups.set(JSON.stringify(rows), { names: [name], rows });
      else if (i === 0 || !group.names.includes(service.name)) group.names.push(name);
    }
  if (groups.size === 0) return [];
  const heads = [words.severity, words.toRespond, words.toResolve, words.clock, words.inTime];
  return [
    { heading: words.response, level: 2, blocks: [{ kind: 'text', text: words.responseIntro }] },
    ...[...groups.values()].map(
      ({ names, rows }): Section => ({
        heading: format.list(names),
        level: 3,
        blocks: [{ kind: 'table', heads, rows }],
      }),
    ),
  ];
};

const people = (contacts: readonly Contact[], { words, language, format }: Scene): Block => ({
  kind: 'table',
  heads: [words.person, words.role, words.reach, words.deputies],
  rows: contacts.map(({ name, role, email, phone, deputies }) => [
    name,
    role ? inLanguage(role, language) : '—',
    [email, phone].filter((way) => way !== undefined).join(', ') || '—',
    format.list(deputies.map((id) => contacts.find((one) => one.id === id)?.name ?? id)) || '—',
  ]),
});

const contacts = (scene: Scene): Section[] => {
  const { plan, client, words } = scene;
  const sides: [string, readonly Contact[]][] = [
    [plan.provider.name, plan.provider.contacts],
    [client.name, client.contacts],
  ];
  const named = sides.filter(([, side]) => side.length > 0);
  if (named.length === 0) return [];
  return [
    { heading: words.contacts, level: 2, blocks: [] },
    ...named.map(([name, side]): Section => ({ heading: name, level: 3, blocks: [people(side, scene)] })),
  ];
};

const wholeContract = (scene: Scene): Section[] => {
  const { client, words, teller, format, date } = scene;
  const items = current(client.versions, date).flatMap(({ from, terms }, i) => {
    const text = limitsInWords(terms.limits, teller.words.bases.contract, teller);
    return text === '' ? [] : [i === 0 ? text : `${text} (${words.from(format.calendar(from))})`];
  });
  return items.length === 0 ? [] : [{ heading: words.wholeContract, level: 2, blocks: [{ kind: 'list', items }] }];
};

const dressBlock = (block: Block, say: (text: string) => string): Block => {
  switch (block.kind) {
    case 'text':
      return { ...block, text: say(block.text) };
    case 'list':
      return { ...block, items: block.items.map(say) };
    case 'lines':
      return { ...block, lines: block.lines.map(({ label, text }) => ({ label: say(label), text: say(text) })) };
    case 'table':
      return { ...block, heads: block.heads.map(say), rows: block.rows.map((row) => row.map(say)) };
  }
};

const dress = (section: Section, say: (text: string) => string): Section => ({
  ...section,
  heading: say(section.heading),
  blocks: section.blocks.map((block) => dressBlock(block, say)),
});

export const scheduleOf = (
  plan: Plan,
  client: ClientPlan,
  { language = client.language, date }: ScheduleOptions,
): Schedule => {
  const words = scheduleWords(language);
  const format = formatFor(language, client.zone);
  const { currency, minorDigits } = client;
  const teller: Teller = {
    words: wordsOf(language).termWords,
    format,
    money: (minor) => format.money({ currency, minor, digits: minorDigits }),
  };
  const scene: Scene = { plan, client, language, words, format, teller, date };
  const opening: Section = {
    heading: client.name,
    level: 2,
    blocks: [
      { kind: 'text', text: words.between(plan.provider.name, client.name) },
      { kind: 'text', text: words.inForce(format.calendar(date)) },
    ],
  };
  const say = (text: string): string => dressed(text, language);
  const sections = [
    opening,
    covered(scene),
    notCovered(scene),
    ...promises(scene),
    ...wholeContract(scene),
    ...response(scene),
    ...contacts(scene),
  ];
  return {
    language,
    title: words.title,
    colon: wordsOf(language).colon,
    sections: sections.map((section) => dress(section, say)),
  };
};
