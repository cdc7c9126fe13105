/** The terms of a client as a schedule to append to a contract: Markdown, in words, from the plan that is measured. */
import { type ClientPlan, type Contact, inForce, type Language, type Plan, type Text } from '../../contract/plan.ts';
import { formatFor } from '../language/format.ts';
import { wordsOf } from '../language/languages.ts';
import { limitsInWords, type Teller, termsInWords } from '../language/terms.ts';

/** Of Markdown and of HTML inside it, nothing that a name holds is markup. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|!~]/g, '\\$&').replace(/\s+/g, ' ');

const inLanguage = (text: Text | undefined, language: Language): string =>
  text?.[language] ?? text?.fr ?? text?.en ?? '';

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const contactLine = (
  { name, role, email, phone, deputies }: Contact,
  all: readonly Contact[],
  language: Language,
): string =>
  [
    plain(name),
    role && plain(inLanguage(role, language)),
    phone && plain(phone),
    email && plain(email),
    deputies.length > 0 &&
      `→ ${deputies.map((id) => plain(all.find((contact) => contact.id === id)?.name ?? id)).join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ');

/** On a day, in the client's language unless another is asked for. */
export const renderSchedule = (plan: Plan, client: ClientPlan, day: string, language = client.language): string => {
  const words = wordsOf(language);
  const { schedule } = words;
  const format = formatFor(language, client.zone);
  const money = (minor: number): string =>
    format.money({ currency: client.currency, minor, digits: client.minorDigits });
  const teller: Teller = { words: words.termWords, format, money };
  const services = client.services.flatMap((service) => {
    const version = inForce(service.versions, day);
    if (!version || service.since > day || (service.until ?? '9999') <= day) return [];
    const tier = plan.provider.tiers.find(({ id }) => id === version.tier);
    return [
      `## ${plain(service.name)}`,
      plain(inLanguage(service.description, language)),
      [
        tier && words.tier(plain(inLanguage(tier.name, language))),
        `${words.figures.fee} ${money(version.feeMinor)}`,
        schedule.since(format.calendar(version.from)),
      ]
        .filter(Boolean)
        .join(' · '),
      schedule.watched(service.endpoints.map(({ name }) => plain(name)).join(', ')),
      bullets(termsInWords(version.terms, teller).map(({ label, text }) => `**${label}**${words.colon}${plain(text)}`)),
    ];
  });
  const limits = limitsInWords(
    inForce(client.versions, day)?.terms.limits ?? {},
    words.termWords.bases.contract,
    teller,
  );
  const people = (contacts: readonly Contact[]): string =>
    bullets(contacts.map((contact) => contactLine(contact, contacts, language)));
  const blocks = [
    `# ${schedule.title}`,
    schedule.between(plain(plan.provider.name), plain(client.name), format.calendar(day)),
    ...services,
    ...(limits ? [`## ${words.contractLimits}`, limits] : []),
    ...(client.notCovered.length > 0
      ? [`## ${schedule.notCovered}`, bullets(client.notCovered.map((text) => plain(inLanguage(text, language))))]
      : []),
    ...(client.contacts.length + plan.provider.contacts.length > 0
      ? [
          `## ${schedule.contacts}`,
          ...(plan.provider.contacts.length > 0 ? [plain(plan.provider.name), people(plan.provider.contacts)] : []),
          ...(client.contacts.length > 0 ? [plain(client.name), people(client.contacts)] : []),
        ]
      : []),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
