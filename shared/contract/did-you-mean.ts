/** Levenshtein's distance: how many letters to add, remove or change. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** `did you mean "timeout"?` where a known word is near, else the words there are. */
export const didYouMean = (seen: string, known: readonly string[]): string => {
  const near = known
    .map((word) => ({ word, away: distance(seen.toLowerCase().slice(0, 64), word.toLowerCase()) }))
    .filter(({ word, away }) => away < word.length && away <= Math.ceil(word.length / 3))
    .sort((a, b) => a.away - b.away)[0];
  if (near) return `did you mean "${near.word}"?`;
  if (known.length === 0) return 'there is none yet';
  const shown = known.slice(0, 24).join(', ');
  return `one of ${shown}${known.length > 24 ? ', …' : ''}`;
};
