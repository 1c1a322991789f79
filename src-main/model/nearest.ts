/** Damerau-Levenshtein distance without the transposition of distant letters. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      next.push(best);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** The known name that a misspelled one most likely meant, or '' when none is near. */
export function nearest(name: string, known: Iterable<string>): string {
  const wanted = name.slice(0, 64).toLowerCase();
  let best = '';
  let bestDistance = Math.max(2, Math.floor(wanted.length / 2)) + 1;
  for (const candidate of known) {
    const lower = candidate.slice(0, 64).toLowerCase();
    const begins = lower.startsWith(wanted) && wanted.length > 1;
    // So many letters more or fewer are at least so many changes.
    if (!begins && Math.abs(lower.length - wanted.length) >= bestDistance) continue;
    const away = begins ? 1 : distance(wanted, lower);
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}
