/** Small client folders for tests: a provider, one client, and whatever a test changes in them. */
import { decodeFolder } from '../../shared/contract/folder.ts';
import type { ClientPlan, Plan } from '../../shared/contract/plan.ts';
import { formatProblem, type Problem } from '../../shared/contract/problem.ts';
import type { SourceFile } from '../../shared/contract/source.ts';
import type { Terms } from '../../shared/contract/terms.ts';

export const plainProvider = `id: ops
name: Ops
language: en
zone: Europe/Paris
currency: EUR
`;

export const plainClient = `id: acme
name: Acme
since: 2026-01-01
services:
  web:
    fee: 100.00 EUR
    endpoints:
      www: { http: https://www.example.com/ }
`;

export const filesOf = (client: string, provider: string = plainProvider): SourceFile[] => [
  { path: 'provider.yaml', text: provider },
  { path: 'clients/acme.yaml', text: client },
];

export const planOf = (client: string, provider?: string): Plan => {
  const decoded = decodeFolder(filesOf(client, provider));
  if (!decoded.ok) throw new Error(decoded.problems.map(formatProblem).join('\n'));
  return decoded.value;
};

export const clientOf = (client: string, provider?: string): ClientPlan => {
  const [first] = planOf(client, provider).clients;
  if (!first) throw new Error('no client');
  return first;
};

export const problemsOf = (client: string, provider?: string): readonly Problem[] => {
  const decoded = decodeFolder(filesOf(client, provider));
  return decoded.ok ? [] : decoded.problems;
};

const indented = (block: string, by: number): string => block.replace(/^(?=.)/gm, ' '.repeat(by));

/** The plain client with terms, written from the left margin. They begin on line 10. */
export const withTerms = (terms: string): string => `${plainClient}    terms:\n${indented(terms, 6)}\n`;

/** What the terms of the only service compile to. */
export const termsOf = (terms: string, provider?: string): Terms => {
  const version = clientOf(withTerms(terms), provider).services[0]?.versions[0];
  if (!version) throw new Error('no terms');
  return version.terms;
};
