/** What came of a probe, for a person and for a machine. */
import { wordsIn } from '../shared/outage/words.ts';
import type { Check, Timings, Verdict } from '../shared/probe/check.ts';
import { dayMs } from '../shared/time/calendar.ts';
import { counted, paint, type Terminal, table } from './terminal.ts';

const phases: readonly (readonly [keyof Timings, string])[] = [
  ['dnsMs', 'name'],
  ['connectMs', 'connection'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'first byte'],
];

/** Characters of the longest time. */
const barWidth = 32;

/** Phases one below the other, each bar where its time was. What no phase accounts for is at the end. */
const timingLines = (timings: Timings): string[][] => {
  const perMs = barWidth / Math.max(timings.totalMs, 0.001);
  let at = 0;
  const line = (name: string, ms: number): string[] => {
    const from = Math.round(at * perMs);
    at += ms;
    const bar = '█'.repeat(Math.max(Math.round(at * perMs) - from, 0)) || '▏';
    return [`  ${name}`, shownMs(ms), ' '.repeat(Math.min(from, barWidth - 1)) + bar];
  };
  const lines = phases.flatMap(([phase, name]) => {
    const ms = timings[phase];
    return ms === undefined ? [] : [line(name, ms)];
  });
  const rest = timings.totalMs - at;
  return [...lines, ...(rest >= 0.1 ? [line('the rest', rest)] : []), ['  total', shownMs(timings.totalMs)]];
};

const shownMs = (ms: number): string => `${ms.toFixed(1)} ms`.padStart(11);

const certificateLine = (endsAt: number, now: number): string => {
  const days = Math.floor((endsAt - now) / dayMs);
  const when = endsAt <= now ? 'ended' : `in ${counted(days, 'day')}`;
  return `ends ${new Date(endsAt).toISOString().slice(0, 10)}, ${when}`;
};

const judgement = (verdict: Verdict, terminal: Terminal): string => {
  const colour = paint(terminal);
  if (verdict.state === 'up') return `${colour('green', 'up')}  in ${verdict.latencyMs.toFixed(1)} ms`;
  if (verdict.state === 'unknown') return `${colour('yellow', 'unknown')}  ${verdict.detail}`;
  return `${colour('red', 'down')}  ${wordsIn.en.causes[verdict.cause]}: ${verdict.detail}`;
};

/** How client files say it. */
const wayOf = (check: Check): string => (check.kind === 'mail' ? check.protocol : check.kind);

export const verdictText = (check: Check, verdict: Verdict, terminal: Terminal): string => {
  const { timings, address, certificateEndsAt } = verdict;
  const facts = [
    ...(address === undefined ? [] : [['  address', address]]),
    ...(certificateEndsAt === undefined ? [] : [['  certificate', certificateLine(certificateEndsAt, terminal.now())]]),
  ];
  return [
    `${paint(terminal)('bold', check.id)}  ${wayOf(check)}`,
    judgement(verdict, terminal),
    ...(timings ? ['', table(timingLines(timings))] : []),
    ...(facts.length > 0 ? ['', table(facts)] : []),
  ].join('\n');
};

export const verdictJson = (check: Check, verdict: Verdict): object => {
  const { timings, certificateEndsAt, ...rest } = verdict;
  const rounded = Object.entries(timings ?? {}).map(([phase, ms]) => [phase, Math.round(ms * 1000) / 1000]);
  return {
    id: check.id,
    kind: wayOf(check),
    ...rest,
    ...(timings && { timings: Object.fromEntries(rounded) }),
    ...(certificateEndsAt !== undefined && { certificateEndsAt: new Date(certificateEndsAt).toISOString() }),
  };
};
