import { deisWeights } from './deis-weights.ts';
import type { Path } from './sampler.ts';

// Steps from the slopes of this and earlier steps: x + sum of weight * slope.

/** Weights of the slopes, the latest first, for the step i; null for a step that takes the clean picture. */
type Weights = (i: number) => readonly number[] | null;

async function multistep<T>(path: Path<T>, start: T, most: number, weightsOf: Weights): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  let slopes: readonly T[] = [];
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const sigma = sigmas[i]!;
    const denoised = await path.predict(x, sigma);
    const weights = weightsOf(i);
    slopes = [mix([1 / sigma, x], [-1 / sigma, denoised]), ...slopes.slice(0, most - 1)];
    x = weights ? mix([1, x], ...weights.map((weight, k): [number, T] => [weight, slopes[k]!])) : mix([1, denoised]);
    path.endStep(denoised, [x, ...slopes]);
  }
  return x;
}

/** The integral over [from, to] of the polynomial that is 1 at `at[j]` and 0 at all others of `at`. */
function lagrangeIntegral(at: readonly number[], j: number, from: number, to: number): number {
  let polynomial = [1];
  for (const [k, other] of at.entries()) {
    if (k === j) continue;
    const scale = at[j]! - other;
    polynomial = [...polynomial, 0].map(
      (_, power) => ((polynomial[power - 1] ?? 0) - other * (polynomial[power] ?? 0)) / scale,
    );
  }
  return polynomial.reduce(
    (sum, factor, power) => sum + (factor * (to ** (power + 1) - from ** (power + 1))) / (power + 1),
    0,
  );
}

/** Linear multistep (Adams-Bashforth) of order 4 at the places where the sigmas are: the weights of the step i. */
export function lmsWeights(sigmas: readonly number[], i: number): readonly number[] {
  // Counted from this sigma, so that powers do not lose what they differ by.
  const at = sigmas
    .slice(Math.max(0, i - 3), i + 1)
    .toReversed()
    .map((sigma) => sigma - sigmas[i]!);
  return at.map((_, j) => lagrangeIntegral(at, j, 0, sigmas[i + 1]! - sigmas[i]!));
}

export const lms = <T>(path: Path<T>, start: T): Promise<T> =>
  multistep(path, start, 4, (i) => (path.sigmas[i + 1] === 0 ? null : lmsWeights(path.sigmas, i)));

/** Adams-Bashforth for steps of one length. */
export const evenWeights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]];

export const ipndm = <T>(path: Path<T>, start: T): Promise<T> => {
  const { sigmas } = path;
  return multistep(path, start, 4, (i) => {
    const next = sigmas[i + 1]!;
    return next === 0 ? null : evenWeights[Math.min(3, i)]!.map((weight) => weight * (next - sigmas[i]!));
  });
};

/** The same for steps of any length, with the corrections of the second order and higher added up. */
export const ipndmV = <T>(path: Path<T>, start: T): Promise<T> => {
  const { sigmas } = path;
  const length = (i: number) => sigmas[i + 1]! - sigmas[i]!;
  return multistep(path, start, 4, (i) => {
    if (sigmas[i + 1] === 0) return null;
    const h = length(i);
    const weights = [1, 0, 0, 0];
    if (i >= 1) {
      const h1 = length(i - 1);
      weights[0] = (2 + h / h1) / 2;
      weights[1] = -h / h1 / 2;
      if (i >= 2) {
        const h2 = length(i - 2);
        const bend = (1 - ((h / (3 * (h + h1))) * (h * (h + h1))) / (h1 * (h1 + h2))) / 2;
        weights[0] += bend;
        weights[1] -= (1 + h1 / h2) * bend;
        weights[2]! += (bend * h1) / h2;
        if (i >= 3) {
          const h3 = length(i - 3);
          const turn =
            (((1 - h / (3 * (h + h1))) / 2 + ((1 - h / (2 * (h + h1))) * h) / (6 * (h + h1 + h2))) *
              (h * (h + h1) * (h + h1 + h2))) /
            (h1 * (h1 + h2) * (h1 + h2 + h3));
          const ratio = (h1 * (h1 + h2)) / (h2 * (h2 + h3));
          weights[0] += turn;
          weights[1] -= (1 + h1 / h2 + ratio) * turn;
          weights[2]! += (h1 / h2 + ratio * (1 + h2 / h3)) * turn;
          weights[3] = (-turn * ratio * h1) / h2; // the reference's; with h2 / h3 the weights would add up to 1
        }
      }
    }
    return weights.slice(0, Math.min(4, i + 1)).map((weight) => weight * h);
  });
};

/** DEIS (Zhang 2022) of order 3, its weights in the time of a variance-preserving process. */
export const deis = <T>(path: Path<T>, start: T): Promise<T> => {
  const { sigmas } = path;
  const weights = deisWeights(sigmas, 3);
  return multistep(path, start, 3, (i) => {
    const isLast = sigmas[i + 1]! <= 0;
    return isLast || i === 0 ? [sigmas[i + 1]! - sigmas[i]!] : weights[i]!;
  });
};
