/** How endpoints make a service. */
import * as z from 'zod';

/** Leaves are endpoint ids; `unknown` follows three-valued logic. */
export type Compose =
  | { readonly kind: 'endpoint'; readonly id: string }
  /** `all` must be up; of `any`, one suffices. */
  | { readonly kind: 'all' | 'any'; readonly of: readonly Compose[] }
  | { readonly kind: 'at-least'; readonly count: number; readonly of: readonly Compose[] }
  /** Of outages that overlap in time only the longest counts. */
  | { readonly kind: 'longest'; readonly of: readonly Compose[] }
  /** Each part is measured on its own; service time and downtime add up before the ratio is taken. Only at the top. */
  | { readonly kind: 'pooled'; readonly of: readonly Compose[] }
  /** What is lost at an instant is the mean of the parts, weighted by whole numbers. */
  | { readonly kind: 'weighted'; readonly of: readonly { readonly weight: number; readonly part: Compose }[] };

export const composeSchema: z.ZodType<Compose> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('endpoint'), id: z.string() }),
    z.strictObject({ kind: z.enum(['all', 'any']), of: z.array(composeSchema).min(1) }),
    z.strictObject({ kind: z.literal('at-least'), count: z.int().min(1), of: z.array(composeSchema).min(1) }),
    z.strictObject({ kind: z.literal('longest'), of: z.array(composeSchema).min(1) }),
    z.strictObject({ kind: z.literal('pooled'), of: z.array(composeSchema).min(1) }),
    z.strictObject({
      kind: z.literal('weighted'),
      of: z.array(z.strictObject({ weight: z.int().min(1), part: composeSchema })).min(1),
    }),
  ]),
);

/** The leaves, each as often as it occurs. */
export const endpointIds = (rule: Compose): string[] => {
  if (rule.kind === 'endpoint') return [rule.id];
  return rule.kind === 'weighted'
    ? rule.of.flatMap(({ part }) => endpointIds(part))
    : rule.of.flatMap((part) => endpointIds(part));
};
