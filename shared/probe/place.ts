/** Where probes come from: the stack's own region, another region, a VPC, or an agent in a network. */
import * as z from 'zod';

/** A place's id becomes a part of keys: `home`, `frankfurt`, `agence-lyon`. */
export const placeSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/);

/** The place that is always there: the region of the stack itself. */
export const homePlace = 'home';
