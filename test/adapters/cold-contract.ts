/** What every store of cold days promises. */
import { expect, test } from 'vitest';
import type { ColdDay, ColdRound } from '../../shared/measure/cold-day.ts';
import type { ColdDays } from '../../shared/measure/cold-days.ts';
import { epochMs } from '../../shared/time/span.ts';
import { day } from './given.ts';

export const aColdDay = (rounds = 20, over: Partial<ColdDay> = {}): ColdDay => ({
  ...{ place: 'agence-lyon', shard: 3, day },
  tracks: [
    {
      planVersion: '0123456789abcdef',
      endpoints: [
        { id: 'acme/mail/smtp', everyMs: 60_000 },
        { id: 'acme/mail/web', everyMs: 300_000 },
      ],
      rounds: Array.from({ length: rounds }, (_, n): ColdRound => {
        const scheduledAt = epochMs(day + n * 60_000);
        return {
          scheduledAt,
          startedAt: epochMs(scheduledAt + 700),
          codes: Uint8Array.of(100 + (n % 7), n % 5 ? 255 : 9),
        };
      }),
      looks: [{ slot: 1, at: epochMs(day + 90_000), outcome: { state: 'down', cause: 'tls' } }],
    },
  ],
  ...over,
});

/** `open` gives a store that is new and empty. */
export const coldContract = (open: () => Promise<ColdDays>): void => {
  const key = { place: 'agence-lyon', shard: 3, day };

  test('a cold day comes back as it was, and nothing where none was kept', async () => {
    const coldDays = await open();
    await coldDays.keep(aColdDay(), 25);
    await coldDays.keep(aColdDay(), 25);
    expect(await coldDays.get(key)).toEqual(aColdDay());
    expect(await coldDays.get({ ...key, shard: 4 })).toBeUndefined();
    expect(await coldDays.get({ ...key, place: 'home' })).toBeUndefined();
  });

  test('more samples take the place of fewer, never the other way', async () => {
    const coldDays = await open();
    await coldDays.keep(aColdDay(20), 25);
    await coldDays.keep(aColdDay(30), 25);
    expect(await coldDays.get(key)).toEqual(aColdDay(30));
    await coldDays.keep(aColdDay(20), 25);
    expect(await coldDays.get(key)).toEqual(aColdDay(30));
  });
};
