const points = 10_000;
const [timeMin, sigmaMin, sigmaMax] = [1e-3, 0.002, 80];

/**
 * Of each step, the weights of its slopes, the latest first: integrals of d sigma / d t times Lagrange's polynomials, t
 * being the time of the process that EDM's sigmas 0.002 to 80 belong to; a sum over 10,000 points, as the reference takes.
 */
export function deisWeights(sigmas: readonly number[], most: number): readonly (readonly number[])[] {
  const slope = (2 * (Math.log(sigmaMin ** 2 + 1) / timeMin - Math.log(sigmaMax ** 2 + 1))) / (timeMin - 1);
  const base = Math.log(sigmaMax ** 2 + 1) - 0.5 * slope;
  const times = sigmas.map((sigma) => (Math.sqrt(base ** 2 + 2 * slope * Math.log(sigma ** 2 + 1)) - base) / slope);
  return times.slice(0, -1).map((from, i) => {
    const count = Math.min(i + 1, most);
    if (count === 1) return [];
    const to = times[i + 1]!;
    const at = times.slice(i + 1 - count, i + 1).toReversed();
    const sums = at.map(() => 0);
    for (let n = 0; n < points; n++) {
      const t = from + ((to - from) * n) / (points - 1);
      const logAlpha = -0.5 * t * t * slope - t * base;
      const alpha = Math.exp(logAlpha);
      const rate = (0.5 * (t * slope + base)) / Math.sqrt(alpha * (1 - alpha));
      for (const [j, place] of at.entries()) {
        let value = rate;
        for (const [k, other] of at.entries()) if (k !== j) value *= (t - other) / (place - other);
        sums[j]! += value;
      }
    }
    return sums.map((sum) => (sum * (to - from)) / points);
  });
}
