/** Quantile of the beta distribution Beta(a, b), a and b above 0, for 0 <= p <= 1, to about 1e-12. */
export function betaQuantile(p: number, a: number, b = a): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  if (p === 0.5 && a === b) return 0.5;
  const whole = lowerIntegral(0.5, a, b) + lowerIntegral(0.5, b, a);
  if (p * whole > lowerIntegral(0.5, a, b)) return 1 - lowQuantile((1 - p) * whole, b, a);
  return lowQuantile(p * whole, a, b);
}

/** Where the integral from 0 is `area`, at most at 1/2. */
function lowQuantile(area: number, a: number, b: number): number {
  let [low, high] = [0, 0.5];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (lowerIntegral(middle, a, b) < area) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Integral of t^(a-1) (1-t)^(b-1) from 0 to x <= 1/2, by the binomial series of the second factor: terms shrink by half at least. */
function lowerIntegral(x: number, a: number, b: number): number {
  let factor = 1;
  let sum = 0;
  for (let n = 0; n < 60; n++) {
    sum += factor / (a + n);
    factor *= ((n + 1 - b) / (n + 1)) * x;
  }
  return x ** a * sum;
}
