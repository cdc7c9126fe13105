/** A recurrence rule as a field of the language. */
import * as z from 'zod';
import { ruleFault, wantRule } from '../../time/recurrence-rule.ts';
import { refuse } from './fields.ts';

export const ruleField = z
  .string({ error: wantRule })
  .superRefine((text, ctx) => {
    const fault = ruleFault(text);
    if (fault) refuse(ctx, fault.code, fault.want);
  })
  .meta({
    description: 'RFC 5545 without DTSTART: FREQ=MONTHLY;BYDAY=1SU is the first Sunday of each month.',
    pattern: '^[A-Z]+=[^;]+(;[A-Z]+=[^;]+)*$',
    examples: ['FREQ=MONTHLY;BYDAY=1SU', 'FREQ=WEEKLY;BYDAY=SU', 'FREQ=MONTHLY;BYMONTHDAY=15'],
  });
