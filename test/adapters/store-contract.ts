/** What every store promises, whatever it is made of. */
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { standing } from '../../shared/measure/windows.ts';
import type { Beat } from '../../shared/probe/heartbeat.ts';
import { appended, brokenAt, emptyLedger } from '../../shared/statement/ledger.ts';
import { dayMs } from '../../shared/time/calendar.ts';
import { epochMs, interval } from '../../shared/time/span.ts';
import { aDay, aMessage, anOutage, aRecord, aRun, aWindow, day, minute } from './given.ts';
import type { Stores } from './memory.ts';

/** `open` gives stores that are new and empty. */
export const storeContract = (open: () => Promise<Stores>): void => {
  describe('runs', () => {
    test('keep the first of a minute', async () => {
      const { runs } = await open();
      const run = aRun();
      expect(await runs.putOnce(run)).toBe(true);
      expect(await runs.putOnce({ ...run, codes: Uint8Array.of(9, 9, 9) })).toBe(false);
      expect(await runs.between('eu-west-3', 0, interval(minute, minute + 1))).toEqual([run]);
    });

    test('come back in order, from the start and without the end', async () => {
      const { runs } = await open();
      const many = Array.from({ length: 60 }, (_, n) => aRun(n));
      await runs.importAll(many.toReversed());
      expect(await runs.between('eu-west-3', 0, interval(minute, minute + 60 * 60_000))).toEqual(many);
      expect(await runs.between('eu-west-3', 0, interval(minute + 60_000, minute + 180_000))).toEqual(many.slice(1, 3));
      expect(await runs.between('eu-west-3', 1, interval(minute, minute + 180_000))).toEqual([]);
      expect(await runs.newest('eu-west-3', 0)).toBe(many.at(-1)?.scheduledAt);
      expect(await runs.newest('eu-west-3', 1)).toBeUndefined();
    });

    test('let one of several begin a piece of work', async () => {
      const { runs } = await open();
      const begun = await Promise.all([1, 2, 3].map(() => runs.claim('home', 'watch#0#0', minute)));
      expect(begun.filter((won) => won)).toHaveLength(1);
      expect(await runs.claim('home', 'watch#0#1', minute)).toBe(true);
      expect(await runs.claim('lyon', 'watch#0#0', minute)).toBe(true);
      expect(await runs.claim('home', 'watch#0#0', epochMs(minute + 60_000))).toBe(true);
    });
  });

  describe('late days', () => {
    const days = [day, epochMs(day + dayMs)] as const;

    test('are noted by place, in order, however often', async () => {
      const { runs } = await open();
      for (const one of [days[1], days[0], days[1]]) await runs.noteLate('agence-lyon', one);
      expect((await runs.late('agence-lyon')).map((late) => late.day)).toEqual(days);
      expect(await runs.late('home')).toEqual([]);
    });

    test('are forgotten, but not those that were noted again since', async () => {
      const { runs } = await open();
      for (const one of days) await runs.noteLate('agence-lyon', one);
      const read = await runs.late('agence-lyon');
      await runs.noteLate('agence-lyon', days[1]);
      for (const late of read) await runs.forgetLate('agence-lyon', late);
      const [left, ...more] = await runs.late('agence-lyon');
      expect([left?.day, more]).toEqual([days[1], []]);
      expect(left?.note).not.toBe(read[1]?.note);
      if (left) await runs.forgetLate('agence-lyon', left);
      expect(await runs.late('agence-lyon')).toEqual([]);
      await runs.noteLate('agence-lyon', days[0]); // and noted once more after it was forgotten
      expect((await runs.late('agence-lyon')).map((late) => late.day)).toEqual([days[0]]);
    });
  });

  describe('days', () => {
    test('come back as they were, the end left out', async () => {
      const { days } = await open();
      const three = [0, 1, 2].map((n) =>
        aDay({ day: epochMs(day + n * dayMs), ...(n > 0 && { keptUntil: epochMs(Date.UTC(2028, 10, n)) }) }),
      );
      for (const one of three) expect(await days.put(one)).toBe(true);
      expect(await days.of('acme/mail/smtp', 'eu-west-3', interval(day, day + 2 * dayMs))).toEqual(three.slice(0, 2));
      expect(await days.of('acme/mail/imap', 'eu-west-3', interval(day, day + 2 * dayMs))).toEqual([]);
    });

    test('are never replaced by fewer samples', async () => {
      const { days } = await open();
      const whole = aDay();
      expect(await days.put(whole)).toBe(true);
      expect(await days.put({ ...whole, segments: whole.segments.slice(0, 1) })).toBe(false);
      expect(await days.put(whole)).toBe(true);
      expect(await days.of(whole.endpoint, whole.place, interval(day, day + 1))).toEqual([whole]);
    });

    test('are closed one by one', async () => {
      const { days } = await open();
      await days.close('eu-west-3', day);
      await days.close('eu-west-3', day);
      expect(await days.closed('eu-west-3', interval(day, day + dayMs))).toEqual(new Set([day]));
      expect(await days.closed('eu-west-3', interval(day + 1, day + dayMs))).toEqual(new Set());
    });
  });

  describe('the plan in force', () => {
    test('moves one step at a time', async () => {
      const { pointers: plans } = await open();
      const first = {
        seq: 1,
        version: 'a'.repeat(16),
        rosters: [{ places: ['home'], offsetsMs: [0] }],
        appliedAt: minute,
      };
      const second = { ...first, seq: 2, version: 'b'.repeat(16) };
      expect(await plans.current()).toBeUndefined();
      expect(await plans.advance(first)).toBe(true);
      expect(await plans.advance(first)).toBe(false);
      expect(await Promise.all([plans.advance(second), plans.advance(second)])).toContain(false);
      expect(await plans.advance({ ...first, seq: 4 })).toBe(false);
      expect(await plans.current()).toEqual(second);
      expect(await plans.history()).toEqual([first, second]);
    });
  });

  describe('the outbox', () => {
    test('holds a message until it is marked, once', async () => {
      const { outbox } = await open();
      const message = aMessage();
      expect(await outbox.add(message, minute)).toBe(true);
      expect(await outbox.add(message, epochMs(minute + 1))).toBe(false);
      expect(await outbox.add({ ...message, topic: 'ops' }, epochMs(minute + 2))).toBe(true);
      expect(await outbox.isPending(message)).toBe(true);
      expect((await outbox.pendingBefore(epochMs(minute + 1))).map((entry) => entry.message)).toEqual([message]);
      await outbox.markSent(message, minute);
      await outbox.markSent(message, epochMs(minute + 9));
      expect(await outbox.isPending(message)).toBe(false);
      expect(await outbox.add(message, minute)).toBe(false);
      await outbox.markUndeliverable({ ...message, topic: 'ops' }, minute, 'no-topic');
      expect(await outbox.pendingBefore(epochMs(minute + 10))).toEqual([]);
      expect(await outbox.isPending({ eventId: 'never', topic: 'ops' })).toBe(false);
    });

    test('gives what waits oldest first', async () => {
      const { outbox } = await open();
      const at = [5, 1, 3];
      for (const n of at) await outbox.add(aMessage(`e/${n}`), epochMs(n));
      expect((await outbox.pendingBefore(epochMs(5))).map(({ createdAt }) => createdAt)).toEqual([1, 3]);
    });
  });

  describe('detection', () => {
    const of = { shard: 0, at: minute };
    const opened = {
      state: {
        ...{ plan: '0123456789abcdef', planAt: minute, applied: { home: { runAt: minute, looksAt: minute } } },
        endpoints: {
          'acme/mail/smtp': {
            outage: anOutage(),
            closedAt: epochMs(minute - 60_000),
            views: {
              home: { kind: 'well' as const, seenAt: minute },
              frankfurt: {
                ...{ kind: 'failing' as const, since: minute, count: 2, confirmed: true, seenAt: minute },
                ...{ cause: 'refused' as const, detail: 'refused by 203.0.113.4' },
              },
            },
          },
        },
      },
      events: [{ kind: 'opened' as const, outage: anOutage() }],
    };

    test('writes state, outage and message together, and only over the state it began from', async () => {
      const { detections, outbox } = await open();
      expect(await detections.load(0)).toEqual({ state: { applied: {}, endpoints: {} }, rev: 0 });
      expect(await detections.save({ ...of, rev: 0 }, opened, [aMessage()])).toBe(true);
      expect(await detections.save({ ...of, rev: 0 }, opened, [aMessage('other')])).toBe(false);
      expect(await detections.load(0)).toEqual({ state: opened.state, rev: 1 });
      expect(await outbox.pendingBefore(epochMs(minute + 1))).toHaveLength(1);
    });

    test('closes the outage that it opened, and leaves told what was told', async () => {
      const { detections, outbox } = await open();
      const closedAt = epochMs(minute + 120_000);
      const closed = { kind: 'closed' as const, outage: anOutage(), closedAt, reason: 'recovered' as const };
      await detections.save({ ...of, rev: 0 }, opened, [aMessage()]);
      await outbox.markSent(aMessage(), minute);
      const again = { state: opened.state, events: [...opened.events, closed] };
      expect(await detections.save({ ...of, rev: 1 }, again, [aMessage(), aMessage('closed')])).toBe(true);
      expect(await detections.outages('acme', interval(minute, minute + 1))).toEqual([
        { ...anOutage(), closedAt, reason: 'recovered' },
      ]);
      expect(await detections.outages('acme', interval(minute + 1, minute + 2))).toEqual([]);
      expect((await outbox.pendingBefore(epochMs(minute + 1))).map((entry) => entry.message.eventId)).toEqual([
        'closed',
      ]);
    });

    test('has room for the largest step', async () => {
      const { detections } = await open();
      const ids = Array.from({ length: 30 }, (_, n) => `acme/mail/host-${n}`);
      const events = ids.map((endpoint) => ({ kind: 'opened' as const, outage: { ...anOutage(), endpoint } }));
      const messages = ids.flatMap((id) => [aMessage(id), { ...aMessage(id), topic: 'ops' }]);
      expect(await detections.save({ ...of, rev: 0 }, { state: opened.state, events }, messages)).toBe(true);
      expect(await detections.outages('acme', interval(minute, minute + 1))).toHaveLength(30);
    });
  });

  describe('maintenance windows', () => {
    test('are declared once, cancelled once and never lost', async () => {
      const { windows } = await open();
      const window = aWindow();
      expect(await windows.add('acme', window)).toBe(true);
      expect(await windows.add('acme', { ...window, reason: 'another' })).toBe(false);
      expect(await windows.list('acme')).toEqual([window]);
      const cancelled = { at: minute, by: 'ada' };
      expect(await windows.cancel('acme', window.id, cancelled)).toBe(true);
      expect(await windows.cancel('acme', window.id, cancelled)).toBe(false);
      expect(await windows.cancel('acme', 'other', cancelled)).toBe(false);
      expect(await windows.list('acme')).toEqual([{ ...window, cancelled }]);
      expect(standing(await windows.list('acme'))).toEqual([]);
    });

    test('remember the calendar event that they came from, which is no evidence', async () => {
      const { windows } = await open();
      const window = aWindow();
      const event = { uid: 'disks@msp.example', of: minute };
      expect(await windows.add('acme', { ...window, event })).toBe(true);
      expect(await windows.list('acme')).toEqual([{ ...window, event }]);
      expect(standing(await windows.list('acme'))).toEqual([window]);
    });
  });

  describe('statements', () => {
    test('are entered once, whoever else tries at the same time', async () => {
      const { statements, outbox } = await open();
      const record = aRecord();
      const entry = appended(await statements.ledgerHead('acme'), factsOf(record), sha256);
      const tries = await Promise.all([1, 2, 3].map(() => statements.enter(record, entry, [aMessage()])));
      expect(tries.filter((won) => won)).toHaveLength(1);
      expect(await statements.revisions('acme', record.period)).toEqual([record]);
      expect(await statements.ledger('acme')).toEqual([entry]);
      expect(await outbox.pendingBefore(epochMs(Number.MAX_SAFE_INTEGER))).toHaveLength(1);
    });

    test('grow a ledger whose chain holds', async () => {
      const { statements } = await open();
      for (const revision of [1, 2, 3]) {
        const record = aRecord({ revision });
        const entry = appended(await statements.ledgerHead('acme'), factsOf(record), sha256);
        expect(await statements.enter(record, entry, [])).toBe(true);
      }
      const ledger = await statements.ledger('acme');
      expect(ledger.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      expect(brokenAt(ledger, sha256)).toBeUndefined();
      const stale = appended(emptyLedger, factsOf(aRecord({ revision: 4 })), sha256);
      expect(await statements.enter(aRecord({ revision: 4 }), stale, [])).toBe(false);
      expect(await statements.issued('acme')).toHaveLength(3);
    });

    test('leave a ledger alone when they are held', async () => {
      const { statements } = await open();
      expect(await statements.enter(aRecord({ status: 'held' }), undefined, [])).toBe(true);
      expect(await statements.ledgerHead('acme')).toEqual(emptyLedger);
      expect(await statements.revisions('acme', '2026-10')).toEqual([]);
      expect(await statements.held('acme', '2026-10')).toEqual([aRecord({ status: 'held' })]);
      expect(await statements.enter(aRecord({ status: 'held' }), undefined, [])).toBe(false);
    });
  });

  describe('a settlement run', () => {
    test('knows how each client ended', async () => {
      const { settlementRuns: runs } = await open();
      const run = { period: '2026-10', run: 'r1' };
      await runs.note(run, { client: 'b', outcome: 'held', revision: 1 }, minute);
      await runs.note(run, { client: 'a', outcome: 'issued', revision: 1, creditMinor: 5, currency: 'EUR' }, minute);
      await runs.note(run, { client: 'b', outcome: 'unchanged' }, minute);
      expect(await runs.outcomes(run)).toEqual([
        { client: 'a', outcome: 'issued', revision: 1, creditMinor: 5, currency: 'EUR' },
        { client: 'b', outcome: 'unchanged' },
      ]);
      expect(await runs.outcomes({ ...run, run: 'r2' })).toEqual([]);
    });

    test('closes its period', async () => {
      const { settlementRuns: runs } = await open();
      expect(await runs.closed('2026-10')).toBe(false);
      for (const at of [minute, minute]) await runs.close('2026-10', at);
      expect([await runs.closed('2026-10'), await runs.closed('2026-09')]).toEqual([true, false]);
    });
  });

  describe('beats', () => {
    const beat = (n: number, at = 0, failed = false): Beat => ({
      caller: `acme/jobs/job-${n}`,
      at: epochMs(minute + at),
      failed,
    });

    test('the newest of an endpoint stays, whatever the order in which they come', async () => {
      const { beats } = await open();
      expect(await beats.put(beat(1, 5))).toBe(true);
      expect(await beats.put(beat(1, 5, true))).toBe(false);
      expect(await beats.put(beat(1, 3, true))).toBe(false);
      expect(await beats.put(beat(1, 9, true))).toBe(true);
      expect(await beats.of([beat(1).caller])).toEqual(new Map([[beat(1).caller, beat(1, 9, true)]]));
    });

    test('more than one batch of them comes back, without those that never were', async () => {
      const { beats } = await open();
      const many = Array.from({ length: 130 }, (_, n) => beat(n, n));
      await Promise.all(many.map((one) => beats.put(one)));
      const asked = [...many, beat(500)].map(({ caller }) => caller);
      expect(await beats.of(asked)).toEqual(new Map(many.map((one) => [one.caller, one])));
      expect(await beats.of([])).toEqual(new Map());
    });
  });

  describe('the register of topics', () => {
    test('lists what was made and not removed', async () => {
      const { register } = await open();
      for (const id of ['a', 'b', 'b', 'c', 'd']) await register.note(id);
      await register.leave('c', minute);
      await register.leave('d', minute);
      await register.note('d'); // and came back
      await register.forget('a');
      expect(await register.all()).toEqual([{ client: 'b' }, { client: 'c', leftAt: minute }, { client: 'd' }]);
    });
  });
};

const factsOf = ({
  client,
  period,
  revision,
  statementHash,
  planVersion,
  currency,
  creditMinor,
  settledAt,
}: ReturnType<typeof aRecord>) => ({
  client,
  period,
  revision,
  statementHash,
  planVersion,
  currency,
  creditMinor,
  differenceMinor: creditMinor,
  issuedAt: settledAt,
});
