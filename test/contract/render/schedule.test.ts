import { expect, test } from 'vitest';
import { readFolder } from '../../../cli/read-folder.ts';
import { decodeFolder } from '../../../shared/contract/folder.ts';
import type { ClientPlan, Language, Plan } from '../../../shared/contract/plan.ts';
import { scheduleHtml } from '../../../shared/contract/render/html.ts';
import { scheduleMarkdown } from '../../../shared/contract/render/markdown.ts';
import { ruleInWords } from '../../../shared/contract/render/rule.ts';
import { scheduleOf } from '../../../shared/contract/render/schedule.ts';
import { scheduleWords } from '../../../shared/contract/render/words.ts';
import { formatFor } from '../../../shared/statement/language/format.ts';
import { plainClient, planOf } from '../folders.ts';

const example = async (id: string): Promise<{ plan: Plan; client: ClientPlan }> => {
  const decoded = decodeFolder(await readFolder('examples/atelier-ops'));
  const client = decoded.ok ? decoded.value.clients.find((one) => one.id === id) : undefined;
  if (!decoded.ok || !client) throw new Error(`no ${id} in the example`);
  return { plan: decoded.value, client };
};

test.each<[string, Language]>([
  ['clinique-saint-roch', 'fr'],
  ['clinique-saint-roch', 'en'],
  ['brasserie-du-port', 'fr'],
  ['hudson-legal', 'en'],
  ['hudson-legal', 'fr'],
])('the schedule of %s reads well in %s', async (id, language) => {
  const { plan, client } = await example(id);
  const markdown = scheduleMarkdown(scheduleOf(plan, client, { language, date: '2026-10-01' }));
  await expect(markdown).toMatchFileSnapshot(`goldens/${id}.${language}.md`);
});

test('the language is the client’s unless another is asked for', async () => {
  const { plan, client } = await example('hudson-legal');
  expect(scheduleOf(plan, client, { date: '2026-10-01' }).title).toBe('Service level schedule');
});

test('a change stands under its date, and is all there is once it has come', async () => {
  const { plan, client } = await example('clinique-saint-roch');
  const headings = (date: string) =>
    scheduleOf(plan, client, { language: 'en', date }).sections.map(({ heading }) => heading);
  expect(headings('2026-10-15')).toContain('Terms: Dossier patient (from October 16, 2026)');
  expect(headings('2026-10-16').filter((heading) => heading.includes('Dossier patient'))).toEqual([
    'Terms: Dossier patient',
    'Dossier patient',
  ]);
});

test('the page says all that the Markdown says, and fetches nothing', async () => {
  const { plan, client } = await example('clinique-saint-roch');
  const schedule = scheduleOf(plan, client, { date: '2026-10-01' });
  const page = scheduleHtml(schedule);
  for (const { heading } of schedule.sections) expect(page).toContain(heading);
  expect(page).toContain('<html lang="fr">');
  expect(page).not.toMatch(/<script|src=|href=/);
});

test('a name cannot become a tag, a link or a column', () => {
  const plan = planOf(plainClient.replace('name: Acme', `name: '<img src=x onerror=alert(1)> | [a](http://b)'`));
  const [client] = plan.clients;
  if (!client) throw new Error('no client');
  const schedule = scheduleOf(plan, client, { date: '2026-10-01' });
  expect(scheduleHtml(schedule)).not.toContain('<img');
  expect(scheduleMarkdown(schedule)).not.toMatch(/(?<!\\)<img|(?<!\\)\[a/);
});

test.each([
  ['FREQ=MONTHLY;BYDAY=1SU', 'the first Sunday of each month', 'le premier dimanche de chaque mois'],
  ['FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=3', 'the last Friday of every 3 months', 'le dernier vendredi tous les 3 mois'],
  ['FREQ=WEEKLY;BYDAY=TU,TH', 'every Tuesday and Thursday', 'chaque mardi et jeudi'],
  ['FREQ=MONTHLY;BYMONTHDAY=15', 'on day 15 of each month', 'le 15 de chaque mois'],
  ['FREQ=DAILY', 'every day', 'chaque jour'],
  ['FREQ=YEARLY;BYMONTH=1;BYDAY=1MO', 'FREQ=YEARLY;BYMONTH=1;BYDAY=1MO', 'FREQ=YEARLY;BYMONTH=1;BYDAY=1MO'],
])('%s is said in words, or as it is written', (rule, en, fr) => {
  expect(ruleInWords(rule, scheduleWords('en'), formatFor('en', 'UTC'))).toBe(en);
  expect(ruleInWords(rule, scheduleWords('fr'), formatFor('fr', 'Europe/Paris'))).toBe(fr);
});

test('says at what pace a job calls that nobody probes', () => {
  const plan = planOf(
    plainClient.replace('{ http: https://www.example.com/ }', '{ name: Night, heartbeat: { every: 1 d } }'),
  );
  const [client] = plan.clients;
  const said = client && scheduleMarkdown(scheduleOf(plan, client, { language: 'en', date: '2026-10-01' }));
  expect(said).toMatch(/Night, calls expected every 1.day /);
});
