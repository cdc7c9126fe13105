/** What the provider's people are told when a settlement run is over: how many, and what is left for a human. */
import type { Language } from '../contract/plan.ts';
import { type Message, smsOf, subjectOf } from '../outage/message.ts';
import type { ClientOutcome, SettlementOutcome } from './statements.ts';

export interface RunSummary {
  readonly period: string;
  readonly run: string;
  /** Of every client that was to be settled; one without an outcome failed. */
  readonly clients: readonly string[];
  readonly outcomes: readonly ClientOutcome[];
}

type Group = SettlementOutcome | 'failed';

/** In the order in which a reader wants them: what needs a human first. */
const groups = [
  'failed',
  'held',
  'inputs-changed',
  'not-ended',
  'issued',
  'revised',
  'unchanged',
  'not-live',
] as const satisfies readonly Group[];

const forAHuman: readonly Group[] = ['failed', 'held', 'inputs-changed', 'not-ended'];

const words: Readonly<Record<Language, Readonly<Record<Group | 'title' | 'done' | 'todo', string>>>> = {
  en: {
    title: 'Settlement of',
    done: 'nothing is left to do',
    todo: 'need a decision',
    failed: 'failed: no statement; see the logs of the settle function, then settle the month again',
    held: 'held: too little was measured to send a statement by itself',
    'inputs-changed': 'changed since their statement was issued; settle with revise to correct it',
    'not-ended': 'not over yet in the client\u2019s zone; settle again tomorrow',
    issued: 'issued',
    revised: 'corrected',
    unchanged: 'unchanged since they were issued',
    'not-live': 'without a live service',
  },
  fr: {
    title: 'Arrêté de',
    done: 'rien ne reste à faire',
    todo: 'demandent une décision',
    failed: 'en échec : aucun relevé ; voir les journaux de la fonction settle, puis arrêter le mois à nouveau',
    held: 'retenus : trop peu de mesures pour envoyer un relevé sans relecture',
    'inputs-changed': 'dont les données ont changé depuis le relevé ; arrêter avec revise pour corriger',
    'not-ended': 'dont le mois n’est pas terminé dans leur fuseau ; arrêter à nouveau demain',
    issued: 'émis',
    revised: 'corrigés',
    unchanged: 'inchangés depuis leur émission',
    'not-live': 'sans service actif',
  },
};

const grouped = ({ clients, outcomes }: RunSummary): ReadonlyMap<Group, readonly string[]> => {
  const known = new Map(outcomes.map(({ client, outcome }) => [client, outcome]));
  return Map.groupBy(clients, (client): Group => known.get(client) ?? 'failed');
};

/** Clients that somebody must look at. */
export const leftOver = (summary: RunSummary): number => {
  const byGroup = grouped(summary);
  return forAHuman.reduce((sum, group) => sum + (byGroup.get(group)?.length ?? 0), 0);
};

/** Names that fit on a screen, and in a message of 256 KiB. */
const mostNamed = 40;
const mostListed = 500;

export const runNotice = (summary: RunSummary, language: Language): Message => {
  const { period, run } = summary;
  const byGroup = grouped(summary);
  const say = words[language];
  const left = leftOver(summary);
  const title = `${say.title} ${period}: ${left === 0 ? say.done : `${left} ${say.todo}`}`;
  const lines = groups.flatMap((group) => {
    const ids = byGroup.get(group) ?? [];
    const named = forAHuman.includes(group) ? ids.slice(0, mostNamed).map((id) => `  ${id}`) : [];
    const more = named.length > 0 && ids.length > mostNamed ? [`  … (${ids.length})`] : [];
    return ids.length > 0 ? [`${ids.length} ${say[group]}`, ...named, ...more] : [];
  });
  const eventId = `settlement-run/${period}/${run}`;
  return {
    eventId,
    topic: 'ops',
    subject: subjectOf(title),
    email: `${[title, '', ...lines, '', eventId].join('\n')}\n`,
    sms: smsOf(title),
    json: {
      schema: 'vigie.settlement/1',
      kind: 'settlement',
      event_id: eventId,
      period,
      run,
      counts: Object.fromEntries(groups.map((group) => [group, byGroup.get(group)?.length ?? 0])),
      /** Clients that need a human, as many as a message holds. */
      left_over: forAHuman
        .flatMap((group) => (byGroup.get(group) ?? []).map((client) => ({ client, why: group })))
        .slice(0, mostListed),
    },
    attributes: { kind: 'settlement' },
  };
};
