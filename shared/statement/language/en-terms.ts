import type { TermWords } from './term-words.ts';

const per = { period: 'a period', month: 'a calendar month', quarter: 'a calendar quarter', year: 'a calendar year' };
const many = (count: number | string, one: string): string => `${count} ${one}${String(count) === '1' ? '' : 's'}`;

export const enTerms: TermWords = {
  labels: {
    period: 'Period',
    promise: 'What is promised',
    up: 'The service is up when',
    hours: 'Service hours',
    scheduled: 'Scheduled maintenance',
    emergency: 'Emergency maintenance',
    exclusions: 'Agreed exclusions',
    unknown: 'Time not measured',
    outage: 'What is an outage',
    granularity: 'How time is counted',
    denominator: 'Divided by',
    comparison: 'Comparison',
    other: 'Also promised',
    credits: 'Credits',
    limits: 'Limits',
    rounding: 'Rounding of money',
    rights: 'Rights',
    claim: 'Claims',
  },
  period: (kind, zone) => {
    switch (kind.kind) {
      case 'month':
        return `Calendar month, on the clock of ${zone}.`;
      case 'quarter':
        return `Calendar quarter, on the clock of ${zone}.`;
      case 'year':
        return `Calendar year, on the clock of ${zone}.`;
      case 'billing-month':
        return `Billing month that begins on day ${kind.day}, on the clock of ${zone}.`;
      case 'contract-year':
        return `Contract year, from each anniversary of ${kind.since}, on the clock of ${zone}.`;
      case 'rolling-days':
        return `The last ${many(kind.days, 'day')} to the end of the month, on the clock of ${zone}.`;
      case 'rolling-hours':
        return `The last ${many(kind.hours, 'hour')} to the end of the month, on the clock of ${zone}.`;
    }
  },
  promise: (target) => (target ? `At least ${target}.` : 'No percentage is promised; time lost is priced as below.'),
  aroundTheClock: 'Around the clock, every day.',
  hours: (ranges, holidays, zone) =>
    `${ranges}, on the clock of ${zone}${holidays ? `, except ${many(holidays, 'listed holiday')}` : ''}.`,
  days: (names, consecutive) => (consecutive && names.length > 2 ? `${names[0]} to ${names.at(-1)}` : names.join(', ')),
  treated: {
    exclude: 'Left out of the reckoning.',
    up: 'Counted as time in service.',
    down: 'Not excused: an outage in it counts.',
    lost: 'Counted as downtime, whatever was measured.',
  },
  overrun: 'An outage that begins in a window is excused to its end.',
  noticed: (notice, late) =>
    `Announced at least ${notice} ahead; ${late === 'partial' ? 'announced later, it is excused only from that much after the announcement' : 'announced later, it excuses nothing'}.`,
  noNotice: 'No notice is asked for.',
  within: (hours) => `Only within: ${hours}`,
  longest: (duration) => `At most ${duration} of each window.`,
  cap: (duration, of) => `At most ${duration} ${per[of]}; time beyond that counts again.`,
  most: (count, of) => `At most ${count} windows ${per[of]}.`,
  recurring: (count) => `${many(count, 'window')} ${count === 1 ? 'recurs' : 'recur'} by contract.`,
  unknown: {
    exclude: 'When our own measurement failed, the time is left out of the reckoning.',
    up: 'When our own measurement failed, the time counts as time in service.',
    down: 'When our own measurement failed, the time counts as downtime.',
  },
  coverageFloor: (share) => `If less than ${share} was measured, nothing is settled before a person has looked.`,
  confirmed: (failures) =>
    failures === 1 ? 'A single failed check is an outage.' : `${failures} failed checks in a row make an outage.`,
  clock: {
    outage: 'It begins at the first failed check.',
    confirmation: 'It begins at the check that confirmed it.',
    ticket: 'It begins when it is reported; what was not reported does not count.',
  },
  quorum: (places) =>
    places === 'majority'
      ? 'Where several places measure, most of them must agree.'
      : `${many(places, 'place')} must agree.`,
  minimum: (duration, than, counts) =>
    `Only outages ${than === 'longer' ? 'longer than' : 'of at least'} ${duration} count${counts === 'excess' ? ', and only what goes beyond that' : ', and then from their first instant'}.`,
  perOutage: (duration) => `The first ${duration} of each outage are free.`,
  perPeriod: (duration) => `The first ${duration} of the period are free.`,
  affected: 'An outage weighs the share of users that it touched.',
  degraded: 'A degraded service counts as down.',
  exact: 'To the millisecond, without rounding.',
  pieces: (unit, round) =>
    `Each outage is rounded ${round === 'nearest' ? 'to the nearest' : `${round} to the next`} ${unit}.`,
  buckets: (length, bad) =>
    `In slices of ${length}; a slice is lost when the service was down ${bad === 'throughout' ? 'throughout' : bad === 'any' ? 'at any instant of it' : `for ${bad} of it or more`}.`,
  samples: 'Successful checks divided by all checks.',
  meanOfBuckets: (length) => `The mean success rate over slices of ${length}.`,
  denominator: (of, fixed) =>
    of === 'service-time'
      ? 'The service time: the period less everything left out.'
      : of === 'whole-period'
        ? 'The whole period, whatever was left out.'
        : of === 'up-time'
          ? 'The time in service: the service time less the downtime.'
          : `${fixed}, whatever the calendar says.`,
  wholeLife: 'A service that began or ended during the period is counted over the whole period.',
  requests: (mode, interval) =>
    mode === 'total'
      ? 'Successful requests divided by all requests.'
      : mode === 'mean'
        ? `The mean success rate over intervals of ${interval}.`
        : `Intervals of ${interval} with too many errors are counted as lost.`,
  tickets: (of, within, severities) =>
    `${{ response: 'First answer', resolution: 'Resolution', alert: 'Alert' }[of]} within ${within}${severities ? `, for ${severities}` : ''}.`,
  businessDays: (days) => many(days, 'business day'),
  deliveries: 'Deliveries made by their due date.',
  rounded: (decimals) => `The percentage is rounded to ${many(decimals, 'decimal')} before it is compared.`,
  unrounded: 'The exact fraction is compared; nothing is rounded first.',
  range: (from, to) => {
    if (from && to) {
      if (from.at === to.at) return `exactly ${from.at}`;
      return `${from.included ? 'from' : 'above'} ${from.at} ${to.included ? 'to' : 'to below'} ${to.at}`;
    }
    if (to) return to.included ? `${to.at} or less` : `below ${to.at}`;
    if (from) return from.included ? `${from.at} or more` : `above ${from.at}`;
    return 'any value';
  },
  band: (quantity, range, pays) => `${quantity ? `${quantity} ` : ''}${range}: ${pays}`,
  step: (unit, round, quantity, pays) =>
    `${quantity}: ${pays} for each ${{ down: 'full', up: 'started', exact: '' }[round]} ${unit}${round === 'exact' ? ', in proportion' : ''}`.replace(
      '  ',
      ' ',
    ),
  and: '; ',
  first: (pays, upTo) => `at once ${pays}, which covers everything up to ${upTo}`,
  quantities: {
    figure: 'availability',
    shortfall: 'shortfall from the target',
    downtime: 'downtime of the period',
    excess: 'downtime beyond what the target allows',
    'outage-each': 'length of each outage',
    'day-each': 'downtime of each day',
    'hour-each': 'downtime of each clock hour',
    'outage-count': 'number of outages',
    'late-each': 'delay of each late case',
    'late-count': 'number of late cases',
    'elapsed-each': 'time taken by each case',
    once: 'once',
  },
  pays: {
    share: (share, base) => `${share} of ${base}`,
    days: (count, base) => `${many(count, 'day')} of ${base}`,
    hours: (count, base) => `${many(count, 'hour')} of ${base}`,
    extension: (count) => `${many(count, 'day')} of extra service`,
  },
  bases: {
    service: "the service's fee",
    contract: "the contract's fees",
    endpoints: "the affected parts' fee",
    value: 'the agreed value',
  },
  wholePeriod: 'whole period',
  asWritten: (base) => `${base} as written`,
  gates: {
    below: (share) => `only when availability is below ${share}`,
    consecutive: (periods, share) => `only from the ${periods}th period in a row below ${share}`,
    longest: (duration) => `only when one outage is longer than ${duration}`,
    count: (count) => `only when there are more than ${many(count, 'outage')}`,
  },
  only: (range) => `counting only ${range}`,
  combine: { sum: 'What several clauses owe is added up.', max: 'Of several clauses the best for the client counts.' },
  noCredits: 'None.',
  minimumPayable: (amount) => `Less than ${amount} is not paid.`,
  capped: (amount) => `At most ${amount} for the period.`,
  cappedYear: (amount) => `At most ${amount} in a contract year.`,
  franchise: (amount) => `Nothing is paid until ${amount} are owed in all; then all of it.`,
  roundings: {
    'half-even': 'Once, on each line; a half goes to the even digit.',
    'half-up': 'Once, on each line; a half goes up.',
    'half-down': 'Once, on each line; a half goes down.',
    up: 'Once, on each line, up.',
    down: 'Once, on each line, down.',
  },
  breaches: (count, of, bad) =>
    of === count
      ? `After ${many(count, 'period')} in a row ${bad}.`
      : `After ${many(count, 'period')} ${bad} among the last ${of}.`,
  badBelow: (share) => `below ${share}`,
  badDown: (duration) => `with more than ${duration} of downtime`,
  rolling: (days, count, total) =>
    `When within any ${many(days, 'day')} there are ${[count && `more than ${count} outages`, total && `more than ${total} of outage`].filter(Boolean).join(' or ')}.`,
  late: (count) => `After ${many(count, 'late case')} in a period.`,
  claim: (within, anchor) =>
    `Credits must be claimed within ${within} of the end of ${anchor === 'period-end' ? 'the period' : 'the outage'}.`,
  inDays: (days) => many(days, 'day'),
  inMonths: (months) => many(months, 'month'),
  automatic: 'Credits are given without being asked for.',
};
