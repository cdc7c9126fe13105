import type { TermWords } from './term-words.ts';

const per = {
  period: 'par période',
  month: 'par mois civil',
  quarter: 'par trimestre civil',
  year: 'par année civile',
};
/** In French, zero and one and a half are singular. */
const many = (count: number | string, one: string, several = `${one}s`): string =>
  `${count} ${Math.abs(Number(String(count).replace(',', '.'))) < 2 ? one : several}`;

export const frTerms: TermWords = {
  labels: {
    period: 'Période',
    promise: 'Engagement',
    up: 'Le service est disponible si',
    hours: 'Heures de service',
    scheduled: 'Maintenance programmée',
    emergency: 'Maintenance d’urgence',
    exclusions: 'Exclusions convenues',
    unknown: 'Temps non mesuré',
    outage: 'Ce qu’est un arrêt',
    granularity: 'Décompte du temps',
    denominator: 'Rapporté à',
    comparison: 'Comparaison',
    other: 'Autre engagement',
    credits: 'Avoirs',
    limits: 'Limites',
    rounding: 'Arrondi des montants',
    rights: 'Droits',
    claim: 'Réclamation',
  },
  period: (kind, zone) => {
    switch (kind.kind) {
      case 'month':
        return `Mois civil, à l’heure de ${zone}.`;
      case 'quarter':
        return `Trimestre civil, à l’heure de ${zone}.`;
      case 'year':
        return `Année civile, à l’heure de ${zone}.`;
      case 'billing-month':
        return `Mois de facturation qui commence le ${kind.day}, à l’heure de ${zone}.`;
      case 'contract-year':
        return `Année contractuelle, à chaque anniversaire du ${kind.since}, à l’heure de ${zone}.`;
      case 'rolling-days':
        return `Les ${many(kind.days, 'dernier jour', 'derniers jours')} jusqu’à la fin du mois, à l’heure de ${zone}.`;
      case 'rolling-hours':
        return `Les ${many(kind.hours, 'dernière heure', 'dernières heures')} jusqu’à la fin du mois, à l’heure de ${zone}.`;
    }
  },
  promise: (target) =>
    target ? `Au moins ${target}.` : 'Aucun pourcentage n’est promis ; le temps perdu est valorisé comme suit.',
  aroundTheClock: 'Jour et nuit, tous les jours.',
  hours: (ranges, holidays, zone) =>
    `${ranges}, à l’heure de ${zone}${holidays ? `, sauf ${many(holidays, 'jour férié listé', 'jours fériés listés')}` : ''}.`,
  days: (names, consecutive) =>
    consecutive && names.length > 2 ? `du ${names[0]} au ${names.at(-1)}` : names.join(', '),
  treated: {
    exclude: 'Ce temps est retiré du décompte.',
    up: 'Ce temps est compté comme du temps de service.',
    down: 'Ce temps n’est pas excusé : un arrêt y compte.',
    lost: 'Ce temps est compté comme un arrêt, quoi qu’on y ait mesuré.',
  },
  overrun: 'Un arrêt qui commence pendant une fenêtre est excusé jusqu’à sa fin.',
  noticed: (notice, late) =>
    `Annoncée au moins ${notice} à l’avance ; annoncée plus tard, elle ${late === 'partial' ? 'n’est excusée qu’à partir de ce délai après l’annonce' : 'n’excuse rien'}.`,
  noNotice: 'Aucun préavis n’est demandé.',
  within: (hours) => `Seulement dans ces heures : ${hours}`,
  longest: (duration) => `Au plus ${duration} par fenêtre.`,
  cap: (duration, of) => `Au plus ${duration} ${per[of]} ; au-delà, le temps compte de nouveau.`,
  most: (count, of) => `Au plus ${count} fenêtres ${per[of]}.`,
  recurring: (count) => `${many(count, 'fenêtre récurrente', 'fenêtres récurrentes')} au contrat.`,
  unknown: {
    exclude: 'Quand notre propre mesure a manqué, le temps est retiré du décompte.',
    up: 'Quand notre propre mesure a manqué, le temps est compté comme du temps de service.',
    down: 'Quand notre propre mesure a manqué, le temps est compté comme un arrêt.',
  },
  coverageFloor: (share) =>
    `Si moins de ${share} du temps a été mesuré, rien n’est arrêté avant l’examen d’une personne.`,
  confirmed: (failures) =>
    failures === 1
      ? 'Un seul contrôle en échec est un arrêt.'
      : `${failures} contrôles en échec à la suite font un arrêt.`,
  clock: {
    outage: 'Il commence au premier contrôle en échec.',
    confirmation: 'Il commence au contrôle qui l’a confirmé.',
    ticket: 'Il commence à son signalement ; ce qui n’a pas été signalé ne compte pas.',
  },
  quorum: (places) =>
    places === 'majority'
      ? 'Là où plusieurs lieux mesurent, la plupart doivent concorder.'
      : `${many(places, 'lieu doit le constater', 'lieux doivent concorder')}.`,
  minimum: (duration, than, counts) =>
    `Seuls comptent les arrêts ${than === 'longer' ? 'de plus de' : 'd’au moins'} ${duration}${counts === 'excess' ? ', et seulement pour ce qui dépasse' : ', et alors dès leur premier instant'}.`,
  perOutage: (duration) => `Les premiers ${duration} de chaque arrêt sont offerts.`,
  perPeriod: (duration) => `Les premiers ${duration} de la période sont offerts.`,
  affected: 'Un arrêt pèse la part des utilisateurs qu’il a touchés.',
  degraded: 'Un service dégradé compte comme un arrêt.',
  exact: 'À la milliseconde, sans arrondi.',
  pieces: (unit, round) =>
    `Chaque arrêt est arrondi ${{ nearest: 'au plus proche multiple de', up: 'vers le haut, par', down: 'vers le bas, par' }[round]} ${unit}.`,
  buckets: (length, bad) =>
    `Par tranches de ${length} ; une tranche est perdue si le service y a été en arrêt ${bad === 'throughout' ? 'tout du long' : bad === 'any' ? 'à un instant quelconque' : `pendant au moins ${bad} de sa durée`}.`,
  samples: 'Contrôles réussis rapportés à tous les contrôles.',
  meanOfBuckets: (length) => `Moyenne du taux de réussite sur des tranches de ${length}.`,
  denominator: (of, fixed) =>
    of === 'service-time'
      ? 'Temps de service : la période moins tout ce qui est retiré.'
      : of === 'whole-period'
        ? 'Période entière, quoi qu’il en soit retiré.'
        : of === 'up-time'
          ? 'Temps en service : le temps de service moins les arrêts.'
          : `${fixed}, quel que soit le calendrier.`,
  wholeLife: 'Un service commencé ou terminé pendant la période est compté sur la période entière.',
  requests: (mode, interval) =>
    mode === 'total'
      ? 'Requêtes réussies rapportées à toutes les requêtes.'
      : mode === 'mean'
        ? `Moyenne du taux de réussite sur des intervalles de ${interval}.`
        : `Les intervalles de ${interval} où les erreurs sont trop nombreuses sont comptés comme perdus.`,
  tickets: (of, within, severities) =>
    `${{ response: 'Première réponse', resolution: 'Résolution', alert: 'Alerte' }[of]} sous ${within}${severities ? `, pour ${severities}` : ''}.`,
  businessDays: (days) => many(days, 'jour ouvré', 'jours ouvrés'),
  deliveries: 'Livraisons faites à la date due.',
  rounded: (decimals) => `Le pourcentage est arrondi à ${many(decimals, 'décimale')} avant d’être comparé.`,
  unrounded: 'La fraction exacte est comparée ; rien n’est arrondi avant.',
  range: (from, to) => {
    if (from && to) {
      if (from.at === to.at) return `exactement ${from.at}`;
      return `${from.included ? 'de' : 'plus de'} ${from.at} ${to.included ? 'à' : 'à moins de'} ${to.at}`;
    }
    if (to) return to.included ? `${to.at} au plus` : `moins de ${to.at}`;
    if (from) return from.included ? `${from.at} ou plus` : `plus de ${from.at}`;
    return 'toute valeur';
  },
  band: (quantity, range, pays) => `${quantity ? `${quantity} ` : ''}${range} : ${pays}`,
  step: (unit, round, quantity, pays) =>
    `${quantity} : ${pays} par ${unit}${{ down: ' (unité achevée)', up: ' (unité entamée)', exact: ', en proportion' }[round]}`,
  and: ' ; ',
  first: (pays, upTo) => `d’emblée ${pays}, jusqu’à ${upTo}`,
  quantities: {
    figure: 'disponibilité',
    shortfall: 'écart à l’engagement',
    downtime: 'temps d’arrêt de la période',
    excess: 'temps d’arrêt au-delà de ce que l’engagement permet',
    'outage-each': 'durée de chaque arrêt',
    'day-each': 'temps d’arrêt de chaque jour',
    'hour-each': 'temps d’arrêt de chaque heure',
    'outage-count': 'nombre d’arrêts',
    'late-each': 'retard de chaque cas',
    'late-count': 'nombre de cas en retard',
    'elapsed-each': 'temps pris par chaque cas',
    once: 'une fois',
  },
  pays: {
    share: (share, base) => `${share} de ${base}`,
    days: (count, base) => `${many(count, 'jour')} de ${base}`,
    hours: (count, base) => `${many(count, 'heure')} de ${base}`,
    extension: (count) => `${many(count, 'jour')} de service en plus`,
  },
  bases: {
    service: 'la redevance du service',
    contract: 'l’ensemble des redevances du contrat',
    endpoints: 'la redevance des éléments touchés',
    value: 'la valeur convenue',
  },
  wholePeriod: 'période entière',
  asWritten: (base) => `${base} telle qu’écrite`,
  gates: {
    below: (share) => `seulement si la disponibilité est sous ${share}`,
    consecutive: (periods, share) => `seulement à partir de ${periods} périodes de suite sous ${share}`,
    longest: (duration) => `seulement si un arrêt dépasse ${duration}`,
    count: (count) => `seulement au-delà de ${many(count, 'arrêt')}`,
  },
  only: (range) => `en ne comptant que ${range}`,
  combine: {
    sum: 'Ce que doivent plusieurs clauses s’additionne.',
    max: 'De plusieurs clauses compte la plus favorable au client.',
  },
  noCredits: 'Aucun.',
  minimumPayable: (amount) => `Moins de ${amount} n’est pas versé.`,
  capped: (amount) => `Au plus ${amount} pour la période.`,
  cappedYear: (amount) => `Au plus ${amount} par année contractuelle.`,
  franchise: (amount) => `Rien n’est versé avant ${amount} dus au total ; puis tout.`,
  roundings: {
    'half-even': 'Une fois, à chaque ligne ; une moitié va au chiffre pair.',
    'half-up': 'Une fois, à chaque ligne ; une moitié va vers le haut.',
    'half-down': 'Une fois, à chaque ligne ; une moitié va vers le bas.',
    up: 'Une fois, à chaque ligne, vers le haut.',
    down: 'Une fois, à chaque ligne, vers le bas.',
  },
  breaches: (count, of, bad) =>
    of === count
      ? `Après ${many(count, 'période')} de suite ${bad}.`
      : `Après ${many(count, 'période')} ${bad} parmi les ${of} dernières.`,
  badBelow: (share) => `sous ${share}`,
  badDown: (duration) => `avec plus de ${duration} d’arrêt`,
  rolling: (days, count, total) =>
    `Quand ${many(days, 'jour')} quelconques comptent ${[count && `plus de ${count} arrêts`, total && `plus de ${total} d’arrêt`].filter(Boolean).join(' ou ')}.`,
  late: (count) => `Après ${many(count, 'cas', 'cas')} en retard dans une période.`,
  claim: (within, anchor) =>
    `Les avoirs se réclament dans les ${within} qui suivent la fin de ${anchor === 'period-end' ? 'la période' : 'l’arrêt'}.`,
  inDays: (days) => many(days, 'jour'),
  inMonths: (months) => many(months, 'mois', 'mois'),
  automatic: 'Les avoirs sont accordés sans avoir à les demander.',
};
