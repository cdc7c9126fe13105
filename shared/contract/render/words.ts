/** What the schedule says besides the terms, which `statement/language` already tells. */
import { typographic } from '../../statement/language/format.ts';
import type { Language } from '../plan.ts';

export interface ScheduleWords {
  readonly title: string;
  readonly between: (provider: string, client: string) => string;
  readonly inForce: (date: string) => string;
  readonly covered: string;
  readonly service: string;
  readonly tier: string;
  readonly fee: string;
  readonly feePer: Readonly<Record<'month' | 'quarter' | 'year' | 'period', string>>;
  readonly measuredAt: string;
  readonly every: (interval: string) => string;
  readonly upWhen: string;
  readonly allOf: (parts: string) => string;
  readonly anyOf: (parts: string) => string;
  readonly atLeast: (count: number, parts: string) => string;
  readonly longest: (parts: string) => string;
  readonly pooled: (parts: string) => string;
  readonly weighted: (parts: string) => string;
  readonly weight: (part: string, weight: number) => string;
  readonly notCovered: string;
  readonly nothingElse: string;
  readonly calls: (interval: string) => string;
  readonly kept: (months: number) => string;
  readonly termsOf: (services: string) => string;
  readonly from: (date: string) => string;
  readonly until: (date: string) => string;
  readonly windows: string;
  readonly window: (rule: string, time: string, length: string, zone: string, first: string) => string;
  readonly holidays: string;
  readonly response: string;
  readonly responseIntro: string;
  readonly severity: string;
  readonly toRespond: string;
  readonly toResolve: string;
  readonly toAlert: string;
  readonly clock: string;
  readonly inTime: string;
  readonly stops: string;
  readonly businessDays: (days: number) => string;
  readonly contacts: string;
  readonly person: string;
  readonly role: string;
  readonly reach: string;
  readonly deputies: string;
  readonly wholeContract: string;
  readonly own: (clause: string) => string;
  readonly daily: (interval: number) => string;
  readonly weekly: (days: string, interval: number) => string;
  readonly monthlyOn: (ordinal: string, day: string, interval: number) => string;
  readonly monthlyDay: (day: number, interval: number) => string;
  readonly ordinals: Readonly<Record<string, string>>;
  /** Between items that hold commas. */
  readonly separator: string;
}

const en: ScheduleWords = {
  title: 'Service level schedule',
  between: (provider, client) => `Between ${provider} (the provider) and ${client} (the client).`,
  inForce: (date) => `Terms in force on ${date}. Later changes that are already agreed stand under their date.`,
  covered: 'What is covered',
  service: 'Service',
  tier: 'Level',
  fee: 'Fee',
  feePer: { month: 'per month', quarter: 'per quarter', year: 'per year', period: 'per period' },
  measuredAt: 'Measured at',
  every: (interval) => `every ${interval}`,
  upWhen: 'Up when',
  allOf: (parts) => `all of ${parts}`,
  anyOf: (parts) => `at least one of ${parts}`,
  atLeast: (count, parts) => `at least ${count} of ${parts}`,
  longest: (parts) => `measured together, the longest of simultaneous outages alone: ${parts}`,
  pooled: (parts) => `measured apart, their times added up: ${parts}`,
  weighted: (parts) => `measured apart, by weight: ${parts}`,
  weight: (part, weight) => `${part} (${weight})`,
  notCovered: 'What is not covered',
  nothingElse: 'Anything that is not listed under what is covered.',
  calls: (interval) => `calls expected every ${interval}`,
  kept: (months) => `Every measurement is kept for ${months} months.`,
  termsOf: (services) => `Terms: ${services}`,
  from: (date) => `from ${date}`,
  until: (date) => `until ${date}, not included`,
  windows: 'Recurring maintenance',
  window: (rule, time, length, zone, first) => `${rule} at ${time} (${zone}), for ${length}, since ${first}`,
  holidays: 'Days without service hours',
  response: 'Response and resolution',
  responseIntro: 'Times run from the report or from the alert of an outage, whichever comes first.',
  severity: 'Severity',
  toRespond: 'Response within',
  toResolve: 'Resolution within',
  toAlert: 'Alert within',
  clock: 'The clock runs',
  inTime: 'In time',
  stops: 'It stops while we wait for the client.',
  businessDays: (days) => `${days} business ${days === 1 ? 'day' : 'days'}`,
  contacts: 'Contacts',
  person: 'Name',
  role: 'Role',
  reach: 'Reached at',
  deputies: 'In their absence',
  wholeContract: 'The contract as a whole',
  own: (clause) => `Further promise: ${clause}`,
  daily: (interval) => (interval === 1 ? 'every day' : `every ${interval} days`),
  weekly: (days, interval) => (interval === 1 ? `every ${days}` : `every ${interval} weeks on ${days}`),
  monthlyOn: (ordinal, day, interval) =>
    `the ${ordinal} ${day} of ${interval === 1 ? 'each month' : `every ${interval} months`}`,
  monthlyDay: (day, interval) => `on day ${day} of ${interval === 1 ? 'each month' : `every ${interval} months`}`,
  separator: '; ',
  ordinals: {
    '1': 'first',
    '2': 'second',
    '3': 'third',
    '4': 'fourth',
    '5': 'fifth',
    '-1': 'last',
    '-2': 'last but one',
  },
};

const fr: ScheduleWords = {
  title: 'Annexe de niveaux de service',
  between: (provider, client) => `Entre ${provider} (le prestataire) et ${client} (le client).`,
  inForce: (date) => `Conditions en vigueur au ${date}. Les changements déjà convenus figurent à leur date.`,
  covered: 'Ce qui est couvert',
  service: 'Service',
  tier: 'Niveau',
  fee: 'Redevance',
  feePer: { month: 'par mois', quarter: 'par trimestre', year: 'par an', period: 'par période' },
  measuredAt: 'Mesuré sur',
  every: (interval) => `au pas de ${interval}`,
  upWhen: 'Disponible si',
  allOf: (parts) => `répondent tous : ${parts}`,
  anyOf: (parts) => `répond au moins l’un de : ${parts}`,
  atLeast: (count, parts) => `répondent au moins ${count} parmi : ${parts}`,
  longest: (parts) => `mesurés ensemble, seul le plus long des arrêts simultanés comptant : ${parts}`,
  pooled: (parts) => `mesurés à part, leurs temps additionnés : ${parts}`,
  weighted: (parts) => `mesurés à part, selon leur poids : ${parts}`,
  weight: (part, weight) => `${part} (${weight})`,
  notCovered: 'Ce qui n’est pas couvert',
  nothingElse: 'Tout ce qui ne figure pas dans ce qui est couvert.',
  calls: (interval) => `appels attendus au pas de ${interval}`,
  kept: (months) => `Chaque mesure est conservée ${months} mois.`,
  termsOf: (services) => `Conditions : ${services}`,
  from: (date) => `à partir du ${date}`,
  until: (date) => `jusqu’au ${date} exclu`,
  windows: 'Maintenance récurrente',
  window: (rule, time, length, zone, first) => `${rule} à ${time} (${zone}), pendant ${length}, depuis le ${first}`,
  holidays: 'Jours sans heures de service',
  response: 'Prise en charge et rétablissement',
  responseIntro: 'Les délais courent dès le signalement ou dès l’alerte d’un arrêt, au premier des deux.',
  severity: 'Gravité',
  toRespond: 'Prise en charge sous',
  toResolve: 'Rétablissement sous',
  toAlert: 'Alerte sous',
  clock: 'Le délai court',
  inTime: 'Dans les délais',
  stops: 'Il s’arrête tant que le client est attendu.',
  businessDays: (days) => `${days} ${days === 1 ? 'jour ouvré' : 'jours ouvrés'}`,
  contacts: 'Interlocuteurs',
  person: 'Nom',
  role: 'Fonction',
  reach: 'Joindre',
  deputies: 'En leur absence',
  wholeContract: 'L’ensemble du contrat',
  own: (clause) => `Autre engagement : ${clause}`,
  daily: (interval) => (interval === 1 ? 'chaque jour' : `tous les ${interval} jours`),
  weekly: (days, interval) => (interval === 1 ? `chaque ${days}` : `toutes les ${interval} semaines, le ${days}`),
  monthlyOn: (ordinal, day, interval) =>
    `le ${ordinal} ${day} ${interval === 1 ? 'de chaque mois' : `tous les ${interval} mois`}`,
  monthlyDay: (day, interval) => `le ${day} ${interval === 1 ? 'de chaque mois' : `tous les ${interval} mois`}`,
  separator: ' ; ',
  ordinals: {
    '1': 'premier',
    '2': 'deuxième',
    '3': 'troisième',
    '4': 'quatrième',
    '5': 'cinquième',
    '-1': 'dernier',
    '-2': 'avant-dernier',
  },
};

const schedules: Readonly<Record<Language, ScheduleWords>> = { fr, en };

export const scheduleWords = (language: Language): ScheduleWords => schedules[language];

/** French typography for a finished sentence; English needs none. */
export const dressed = (text: string, language: Language): string => (language === 'fr' ? typographic(text) : text);
