/** A probe that sends secrets: they are put in just before it, and nothing that comes out of it holds one. */
import { Buffer } from 'node:buffer';
import type { SingleCheck, Verdict } from '../../probe/check.ts';
import { confidentialOf, filled, type Reference, redacted, type Secrets } from '../../probe/secrets.ts';
import { enter, type Trace } from './connect.ts';
import { ProbeFailure, unknown } from './failure.ts';

export const confide = async (
  check: SingleCheck,
  references: readonly Reference[],
  secrets: Secrets | undefined,
  trace: Trace,
): Promise<SingleCheck> => {
  enter('secret', trace);
  const values = new Map<string, string>();
  for (const reference of references) values.set(nameOf(reference), await readOf(reference, secrets));
  if (trace.ended) throw new ProbeFailure(unknown('the probe was over'));
  trace.startedAt = performance.now();
  enter('turn', trace);
  trace.confidential = { ...confidentialOf(check), values: [...values.values()] };
  return filled(check, (reference) => values.get(nameOf(reference)) ?? '');
};

const nameOf = ({ kind, name }: Reference): string => `${kind} ${name}`;

const readOf = async (reference: Reference, secrets: Secrets | undefined): Promise<string> => {
  if (!secrets) throw new ProbeFailure(unknown(`the ${nameOf(reference)} cannot be read here`));
  try {
    return await secrets.read(reference);
  } catch (error) {
    throw new ProbeFailure(unknown(error instanceof Error ? error.message : `the ${nameOf(reference)} cannot be read`));
  }
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The verdict without what was sent in confidence: endpoints say in errors and bodies what they were told. */
export const discreet = (verdict: Verdict, { confidential }: Trace): Verdict =>
  verdict.state === 'up' || !confidential
    ? verdict
    : { ...verdict, detail: redacted(verdict.detail, confidential.values, base64) };
