/**
 * What holds where neither provider nor client says anything, in the language itself: the first layer of the
 * inheritance, printed by `vigie contract show` like any other.
 */
export const defaultTerms = {
  period: 'calendar month',
  'fee-per': 'month',
  tested: 'exact',
  hours: 'around-the-clock',
  probe: { every: '1 min', timeout: '10 s', retry: '5 s', confirm: 2 },
  downtime: {
    degraded: 'up',
    clock: 'outage',
    quorum: 'majority',
    reach: 'two intervals',
    weigh: 'whole',
    life: 'activation',
    unmeasured: 'exclude',
    coverage: '90 %',
    'minimum-outage': { 'at-least': '0 s' },
    allowance: { 'per-outage': '0 s', 'per-period': '0 s' },
    granularity: 'exact',
    denominator: 'service-time',
  },
  maintenance: {
    treat: 'exclude',
    notice: '0 min',
    late: 'nothing',
    overrun: 'counts',
    within: 'around-the-clock',
    longest: 'none',
    cap: 'none',
    most: 'none',
    // Nothing excuses emergency maintenance until the contract does.
    emergency: {
      treat: 'down',
      notice: '0 min',
      late: 'nothing',
      overrun: 'counts',
      within: 'around-the-clock',
      longest: 'none',
      cap: 'none',
      most: 'none',
    },
  },
  exclusions: 'exclude',
  credits: [],
  combine: 'sum',
  limits: { minimum: 'none', cap: 'none', 'year-cap': 'none', franchise: 'none' },
  round: 'half-even',
  claim: 'none',
} as const;

/** Of the contract as a whole. */
export const defaultLimits = { minimum: 'none', cap: 'none', 'year-cap': 'none', franchise: 'none' } as const;

export const defaultSeverities = {
  critical: { fr: 'Critique', en: 'Critical' },
  major: { fr: 'Majeure', en: 'Major' },
  minor: { fr: 'Mineure', en: 'Minor' },
} as const;
