/** Everything that a statement says, sentence by sentence. `fr.ts` and `en.ts` are the two that exist. */

import type { Outcome } from '../reading.ts';
import type { Cut, Excluded, TimeAccountStatement } from '../statement.ts';
import type { TermWords } from './term-words.ts';

type Refusal = TimeAccountStatement['refused'][number]['why'];

/** Figures and names arrive dressed; a language puts them into sentences. */
export interface Words {
  readonly title: string;
  readonly titleFor: (month: string) => string;
  readonly preparedFor: (client: string) => string;
  readonly span: (first: string, last: string, zone: string) => string;
  readonly reference: (id: string, revision: number) => string;
  readonly supersedes: (revision: number) => string;
  readonly skip: string;

  readonly verdict: {
    readonly held: string;
    readonly heldWhy: string;
    readonly coverage: (service: string, saw: string, want: string) => string;
    readonly nothingPromised: string;
    readonly allMet: (services: number) => string;
    readonly missed: (names: string, missed: number, services: number) => string;
    readonly owed: (amount: string) => string;
    readonly owedNothing: string;
    readonly missedButNothing: string;
    readonly withinResolution: (service: string) => string;
  };

  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly overview: string;
  readonly overviewCaption: (month: string) => string;
  readonly columns: {
    readonly service: string;
    readonly promised: string;
    readonly delivered: string;
    readonly downtime: string;
    readonly outcome: string;
    readonly credit: string;
    readonly total: string;
    readonly when: string;
    readonly lasted: string;
    readonly counted: string;
    readonly what: string;
    readonly why: string;
    readonly effect: string;
    readonly share: string;
    readonly amount: string;
    readonly ticket: string;
    readonly due: string;
    readonly late: string;
    readonly exact: string;
  };

  readonly figures: {
    readonly promised: string;
    readonly delivered: string;
    readonly bare: string;
    readonly bareWhy: string;
    readonly downtime: string;
    readonly bounds: (atLeast: string, atMost: string) => string;
    readonly between: (worst: string, best: string) => string;
    readonly budget: string;
    readonly budgetOf: (used: string, allowed: string) => string;
    readonly noBudget: string;
    readonly fee: string;
    readonly nothingMeasured: string;
    readonly nothingPromised: string;
    readonly tested: (percent: string) => string;
    readonly serviceTime: (duration: string) => string;
    readonly clause: Readonly<Record<'time' | 'requests' | 'tickets' | 'deliveries', string>>;
  };
  readonly tier: (name: string) => string;
  readonly part: (first: string, last: string) => string;
  readonly goesOn: string;
  readonly unresolved: string;

  readonly strip: {
    readonly title: string;
    readonly summary: (days: number, withDowntime: number) => string;
    readonly day: (date: string, parts: readonly string[]) => string;
    readonly up: string;
    readonly down: string;
    readonly planned: string;
    readonly excused: string;
    readonly unknown: string;
    readonly outside: string;
    readonly noDowntime: string;
  };

  readonly others: string;
  readonly noCase: string;
  readonly outages: string;
  readonly noOutages: string;
  readonly outage: {
    readonly counted: string;
    readonly partly: string;
    readonly short: string;
    readonly excluded: string;
    readonly before: string;
    readonly after: string;
  };
  readonly excluded: string;
  readonly excludedNone: string;
  readonly excludedHours: (many: number, total: string) => string;
  readonly reasons: Readonly<Record<Excluded['reason'], string>>;
  readonly treated: Readonly<Record<Excluded['treat'], string>>;
  /** Of a window that the contract itself declares. */
  readonly byContract: string;
  readonly declaredBy: (who: string) => string;
  readonly refused: Readonly<Record<Refusal, string>>;
  readonly refusedTitle: string;

  readonly credits: string;
  readonly noCredits: string;
  readonly notYet: string;
  readonly because: (quantity: string, figure: string) => string;
  readonly base: (amount: string) => string;
  readonly gated: Readonly<Record<'below' | 'consecutive' | 'outages', string>>;
  readonly cuts: Readonly<Record<Cut['by'], string>>;
  readonly noBand: string;
  readonly subtotal: (service: string) => string;
  readonly owed: string;
  readonly extension: (days: string) => string;

  readonly rights: string;
  readonly right: {
    readonly breaches: (service: string) => string;
    readonly rolling: (service: string) => string;
    readonly late: (service: string) => string;
    readonly because: (parts: string) => string;
  };
  readonly claim: {
    readonly until: (service: string, until: string) => string;
    readonly inTime: (at: string) => string;
    readonly tooLate: (at: string) => string;
    readonly title: string;
  };

  readonly terms: string;
  readonly termsIntro: string;
  readonly termsFor: (services: string) => string;
  readonly contractLimits: string;
  readonly provenance: string;
  readonly provenanceIntro: string;
  readonly facts: {
    readonly plan: string;
    readonly revision: string;
    readonly termsFrom: string;
    readonly code: string;
    readonly tzdata: string;
    readonly exact: string;
  };
  readonly notice: {
    readonly statementSubject: (client: string, month: string, missed: boolean) => string;
    readonly creditSubject: (client: string, month: string, amount: string) => string;
    readonly correctionSubject: (client: string, month: string, amount: string) => string;
    readonly heldSubject: (client: string, month: string) => string;
    readonly corrects: (revision: number) => string;
    readonly difference: (amount: string) => string;
    readonly creditOpening: (amount: string, month: string) => string;
    readonly correctionOpening: (amount: string, month: string) => string;
    readonly service: (name: string, promised: string, delivered: string, downtime: string, outcome: string) => string;
    readonly credit: (service: string, amount: string) => string;
    readonly document: string;
    readonly reference: string;
    readonly nextForOps: string;
    readonly smsStatement: (client: string, month: string, verdict: string, owed: string) => string;
    readonly smsCredit: (client: string, month: string, amount: string) => string;
    readonly smsHeld: (client: string, month: string) => string;
  };
  readonly colon: string;
  readonly footer: (provider: string | undefined) => string;
  readonly termWords: TermWords;
}
