/** What every declaration of maintenance has in common: who makes it, and what settlement will make of it. */
import { type ClientPlan, inForce } from '../shared/contract/plan.ts';
import type { MaintenanceWindow } from '../shared/measure/evidence.ts';
import { formatFor } from '../shared/statement/language/format.ts';
import { dateOf } from '../shared/time/calendar.ts';
import { exits, Refusal } from './refusal.ts';
import type { Terminal } from './terminal.ts';

export const whoIs = (by: string | undefined, { env }: Terminal): string => {
  const who = by ?? env.USER ?? env.USERNAME;
  if (who) return who;
  throw new Refusal(exits.usage, 'who declares this?', 'Say it with --by "Camille Roux": it stands on the statement.');
};

/** What settlement will make of the window, said while it can still be moved. */
export const warnings = (client: ClientPlan, window: MaintenanceWindow): string[] => {
  const format = formatFor('en', client.zone);
  return client.services
    .filter(({ id }) => window.services === undefined || window.services.includes(id))
    .flatMap((service) => {
      const terms = inForce(service.versions, dateOf(window.start, client.zone))?.terms;
      const measure = terms?.clauses[0]?.measure;
      if (measure?.kind !== 'time') return [];
      const rule = measure.maintenance[window.kind];
      const ahead = window.start - window.declaredAt;
      if (rule.treat === 'down') return [`${service.id}: the contract excuses no ${window.kind} maintenance`];
      if (rule.noticeMs > 0 && ahead < rule.noticeMs)
        return [
          `${service.id}: declared ${ahead < 0 ? 'after it began' : `${format.duration(ahead)} ahead`}, the contract asks ${format.duration(rule.noticeMs)}; ${rule.late === 'partial' ? 'only a part of it will be excused' : 'an outage in it will count'}`,
        ];
      const room = Math.min(rule.longestMs ?? Infinity, rule.cap?.ms ?? Infinity);
      return window.end - window.start > room
        ? [`${service.id}: longer than the ${format.duration(room)} that the contract excuses; the rest will count`]
        : [];
    });
};
