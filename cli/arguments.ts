/** Decoders of what is typed on the command line. */
import { InvalidArgumentError } from 'commander';
import { instantOf } from '../shared/time/calendar.ts';
import { type EpochMs, epochMs } from '../shared/time/span.ts';
import { exits, Refusal } from './refusal.ts';

/** A calendar month, `2026-10`. */
export const month = (text: string): string => {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError(`Want a month such as 2026-10.`);
  return text;
};

/** `30m`, `4h`, `2d` or a sum such as `1h30m`, in milliseconds. */
export const duration = (text: string): number => {
  const sizes: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, min: 60_000, s: 1000 };
  if (!/^(\d+(d|h|min|m|s))+$/.test(text)) throw new InvalidArgumentError('Want a duration such as 90m, 4h or 1h30m.');
  return [...text.matchAll(/(\d+)(d|h|min|m|s)/g)].reduce(
    (sum, [, many, unit]) => sum + Number(many) * (sizes[unit ?? ''] ?? 0),
    0,
  );
};

/** `2026-11-30T22:00` on a wall clock of `zone`, or an instant that carries its own offset. */
export const instantIn = (text: string, zone: string): EpochMs => {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const [, date = '', time = '', offset] = match ?? [];
  const utc = Date.parse(`${date}T${time}${offset ?? 'Z'}`);
  if (!match || Number.isNaN(utc)) {
    throw new Refusal(
      exits.usage,
      `"${text}" is no instant`,
      "Want 2026-11-30T22:00 on the client's own clock, or with an offset: 2026-11-30T22:00+01:00.",
    );
  }
  return offset ? epochMs(utc) : instantOf(date, time, zone);
};
