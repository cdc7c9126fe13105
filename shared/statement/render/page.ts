import type { Language } from '../../contract/plan.ts';
import type { Format } from '../language/format.ts';
import type { Teller } from '../language/terms.ts';
import type { Words } from '../language/words.ts';
import type { FigureStatement, Statement } from '../statement.ts';

/** What every section of the page is given. */
export interface Page {
  readonly statement: Statement;
  readonly language: Language;
  readonly words: Words;
  readonly format: Format;
  readonly teller: Teller;
  readonly money: (minor: number) => string;
  readonly provider: string | undefined;
  readonly revision: number;
  readonly endpointName: (id: string) => string;
  readonly tierName: (id: string) => string;
  /** The period in words. */
  readonly month: string;
  /** Cut, with at least three decimals and as many as its target has. */
  readonly percent: (figure: FigureStatement, target?: FigureStatement) => string;
}
