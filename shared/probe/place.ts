/** Where probes come from: the stack's own region, another region, a VPC, or an agent in a network. */
import * as z from 'zod';
import { wholeId } from './id.ts';

/** A place's id becomes a part of keys: `home`, `frankfurt`, `agence-lyon`. */
export const placeSchema = z.string().regex(wholeId);

/** The place that is always there: the region of the stack itself. */
export const homePlace = 'home';
