/** Quantile of the standard normal distribution for 0 < p < 1: Acklam's rational approximation, then one step of Halley's method. */
export function normalQuantile(p: number): number {
  const tail = 0.02425;
  const x =
    p < tail ? far(Math.sqrt(-2 * Math.log(p))) : p > 1 - tail ? -far(Math.sqrt(-2 * Math.log(1 - p))) : near(p);
  const error = 0.5 * erfc(-x / Math.SQRT2) - p;
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - step / (1 + (x * step) / 2);
}

const poly = (at: number, ...factors: readonly number[]): number =>
  factors.reduce((sum, factor) => sum * at + factor, 0);

const far = (q: number): number =>
  poly(
    q,
    -7.784894002430293e-3,
    -3.223964580411365e-1,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
  ) / poly(q, 7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1);

function near(p: number): number {
  const q = p - 0.5;
  const r = q * q;
  return (
    (q *
      poly(
        r,
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
      )) /
    poly(
      r,
      -5.447609879822406e1,
      1.615858368580409e2,
      -1.556989798598866e2,
      6.680131188771972e1,
      -1.328068155288572e1,
      1,
    )
  );
}

/** Complementary error function by its continued fraction, and by its series near 0. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; n < 60; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
