/** How long evidence is kept, in whole months: by contract. */
import * as z from 'zod';
import { addMonths, dateOf, dayMs } from '../time/calendar.ts';
import { type EpochMs, epochMs } from '../time/span.ts';

/** A year and the month that settles it, to ten years and as much. */
export const retentionLimits = { least: 13, most: 121 } as const;

/** Two years and a month: the year before can be looked at for as long as a year runs. */
export const usualRetentionMonths = 25;

export const retentionSchema = z.int().min(retentionLimits.least).max(retentionLimits.most);

/** When a UTC day may go: so many months after its end. */
export const keptUntil = (day: EpochMs, months: number): EpochMs =>
  epochMs(Date.parse(`${addMonths(dateOf(epochMs(day + dayMs), 'UTC'), months)}T00:00Z`));
