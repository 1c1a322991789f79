/** Quantile of the symmetric beta distribution Beta(a, a), 0 < a <= 1, for 0 <= p <= 1, to about 1e-12. */
export function betaQuantile(p: number, a: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (p === 0.5) return 0.5;
  if (p > 0.5) return 1 - betaQuantile(1 - p, a);
  const whole = lowerIntegral(0.5, a) * 2;
  let [low, high] = [0, 0.5];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (lowerIntegral(middle, a) < p * whole) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Integral of t^(a-1) (1-t)^(a-1) from 0 to x <= 1/2, by the binomial series of the second factor: terms shrink by half at least. */
function lowerIntegral(x: number, a: number): number {
  let factor = 1;
  let sum = 0;
  for (let n = 0; n < 60; n++) {
    sum += factor / (a + n);
    factor *= ((n + 1 - a) / (n + 1)) * x;
  }
  return x ** a * sum;
}
