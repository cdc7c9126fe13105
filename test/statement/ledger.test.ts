import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../shared/adapters/sha256.ts';
import { canonicalJson } from '../../shared/contract/canonical.ts';
import { appended, brokenAt, emptyLedger, type LedgerEntry, type LedgerFacts } from '../../shared/statement/ledger.ts';
import { epochMs } from '../../shared/time/span.ts';

const facts = (revision: number, differenceMinor: number): LedgerFacts => ({
  ...{ client: 'acme', period: '2026-10', revision, statementHash: sha256(String(revision)) },
  ...{ planVersion: '0123456789abcdef', currency: 'EUR', creditMinor: differenceMinor, differenceMinor },
  issuedAt: epochMs(revision),
});

const ledgerOf = (differences: readonly number[]): LedgerEntry[] => {
  const entries: LedgerEntry[] = [];
  for (const [index, difference] of differences.entries())
    entries.push(appended(entries.at(-1) ?? emptyLedger, facts(index + 1, difference), sha256));
  return entries;
};

const someLedger = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 8 }).map(ledgerOf);

test('a ledger that was only appended to holds', () => {
  fc.assert(
    fc.property(someLedger, (ledger) => {
      expect(brokenAt(ledger, sha256)).toBeUndefined();
    }),
  );
});

test('changing any figure, dropping, repeating or swapping entries breaks it', () => {
  fc.assert(
    fc.property(someLedger, fc.nat(), fc.constantFrom('change', 'drop', 'repeat', 'swap'), (ledger, at, how) => {
      const index = at % ledger.length;
      const entry = ledger[index];
      if (!entry) return;
      const broken = {
        change: ledger.with(index, { ...entry, creditMinor: entry.creditMinor + 1 }),
        drop: ledger.toSpliced(index, 1),
        repeat: ledger.toSpliced(index, 0, entry),
        swap: ledger.with(index, ledger[0] ?? entry).with(0, entry),
      }[how];
      const stillOne = (how === 'drop' && index === ledger.length - 1) || (how === 'swap' && index === 0);
      if (stillOne)
        expect(brokenAt(broken, sha256)).toBeUndefined(); // the head says how long it is
      else expect(brokenAt(broken, sha256)).toBeDefined();
    }),
  );
});

test('the same value has the same text, in whatever order it was written', () => {
  expect(canonicalJson({ b: [1, { d: 1, c: undefined }], a: 'é' })).toBe('{"a":"é","b":[1,{"d":1}]}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
