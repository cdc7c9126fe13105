/** The languages that a statement can be told in. */
import type { Language } from '../../contract/plan.ts';
import { en } from './en.ts';
import { typographic } from './format.ts';
import { fr } from './fr.ts';
import type { Words } from './words.ts';

/** Runs every string that a language says, at once or through a function, through its typography. */
const dressed = <T>(said: T, dress: (text: string) => string): T => {
  const worn = (value: unknown): unknown => {
    if (typeof value === 'string') return dress(value);
    if (typeof value === 'function') return (...args: unknown[]) => dress(String(value(...args)));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, worn(one)]));
    return value;
  };
  return worn(said) as T; // the same shape: strings stay strings, functions keep their arguments
};

const languages: Readonly<Record<Language, Words>> = { fr: dressed(fr, typographic), en };

export const wordsOf = (language: Language): Words => languages[language];
