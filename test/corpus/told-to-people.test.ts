import { expect, test } from 'vitest';
import { languages } from '../../shared/contract/plan.ts';
import { scheduleMarkdown } from '../../shared/contract/render/markdown.ts';
import { scheduleOf } from '../../shared/contract/render/schedule.ts';
import { review } from '../../shared/contract/review.ts';
import { creditNotice, statementNotice } from '../../shared/statement/notice.ts';
import { renderStatement } from '../../shared/statement/render/html.ts';
import { contracts, planFor, readContract, readVectors, settled } from './settled.ts';

/** What a program says where it has nothing to say. */
const hole = /.{0,40}\b(?:undefined|null|NaN|Infinity|Invalid Date)\b.{0,40}|.{0,40}\[object .{0,40}/;

const issue = {
  revision: 1,
  differenceMinor: 100,
  documents: { json: 's3://documents/1.json', html: 's3://documents/1.html' },
};

test.each(contracts)('statements of %s are told in both languages without a hole', (name) => {
  const contract = readContract(name);
  const holes = readVectors(name).vectors.flatMap((vector) => {
    const { statement } = settled(contract, vector);
    return languages.flatMap((language) => {
      const page = renderStatement(statement, { language });
      const messages = [
        statementNotice(statement, { ...issue, language }),
        creditNotice(statement, { ...issue, language }),
      ];
      const said = [
        page,
        ...messages.flatMap((message) => (message ? [message.subject, message.email, message.sms] : [])),
      ];
      return said
        .flatMap((text) => hole.exec(text ?? '')?.[0] ?? [])
        .map((found) => `${vector.id} ${language}: ${found}`);
    });
  });
  expect(holes).toEqual([]);
});

test.each(contracts)('the schedule of %s is told in both languages without a hole, and reviewed', (name) => {
  const { vectors } = readVectors(name);
  const bought = [...new Map(vectors.map((vector) => [vector.plan, vector])).values()];
  const holes = bought.flatMap((vector) => {
    const plan = planFor(readContract(name), vector);
    const schedules = plan.clients.flatMap((client) =>
      languages.map((language) => scheduleMarkdown(scheduleOf(plan, client, { language, date: '2026-04-01' }))),
    );
    return [...schedules, ...review(plan).map(({ text }) => text)].flatMap((text) => hole.exec(text)?.[0] ?? []);
  });
  expect(holes).toEqual([]);
});
