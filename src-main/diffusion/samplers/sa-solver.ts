import type { Path, Term } from './sampler.ts';
import { alphaOf, finiteSigmas, lambdaOf } from './snr.ts';
import { solve } from './solve.ts';

const [predictorOrder, correctorOrder] = [3, 4];

/**
 * Weights of the clean pictures seen at `known`: the integral from `from` to `to` of what exp((1 + tau^2) lambda) makes
 * of the polynomial through them. Counted from `to`, on which nothing depends.
 */
function adamsWeights(known: readonly number[], from: number, to: number, tau: number): readonly number[] {
  const rate = 1 + tau * tau;
  const start = from - to;
  const faded = Math.exp(rate * start);
  const integrals: number[] = [];
  for (let p = 0; p < known.length; p++) {
    const edge = (p === 0 ? 1 : 0) - start ** p * faded;
    integrals.push(p === 0 ? edge : edge - (p / rate) * integrals[p - 1]!);
  }
  return solve(
    known.map((_, p) => known.map((lambda) => (lambda - to) ** p)),
    integrals,
  );
}

/**
 * SA-Solver (Xue 2023), predictor of order 3 and corrector of order 4, stochastic (tau 1) from one fifth to four fifths
 * of the model's way. With `pece` what was corrected is evaluated again.
 */
const saSolverOf = (pece: boolean) =>
  async function saSolverStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    const sigmas = finiteSigmas(path);
    const lambdas = sigmas.map((sigma) => lambdaOf(path, sigma));
    const [high, low] = [path.sigmaAt(0.2), path.sigmaAt(0.8)];
    const endsAtZero = sigmas.at(-1) === 0;
    let [x, predicted] = [start, start];
    let [h, tau] = [0, 0];
    let noise: T | null = null;
    /** The latest last. */
    let seen: readonly T[] = [];
    /** Clean pictures up to the step i, weighted for the way to `to`. */
    const weighted = (i: number, order: number, from: number, to: number): readonly Term<T>[] => {
      const weights = adamsWeights(lambdas.slice(i - order + 1, i + 1), lambdas[from]!, lambdas[to]!, tau);
      const alpha = alphaOf(path, sigmas[to]!);
      return seen.slice(-order).map((tensor, k): Term<T> => [alpha * weights[k]!, tensor]);
    };
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      let denoised = await path.predict(predicted, sigma);
      seen = [...seen, denoised].slice(-correctorOrder);
      let ahead = Math.min(predictorOrder, seen.length);
      let back = i === 0 || (next === 0 && !pece) ? 0 : Math.min(correctorOrder, seen.length);
      if (endsAtZero) {
        ahead = Math.min(ahead, sigmas.length - 2 - i);
        back = Math.min(back, sigmas.length - 1 - i);
      }
      if (back === 0) x = predicted;
      else {
        const kept = (sigma / sigmas[i - 1]!) * Math.exp(-tau * tau * h);
        const terms = [[kept, x] as Term<T>, ...weighted(i, back, i - 1, i)];
        x = mix(...terms, ...(noise === null ? [] : [[1, noise] as Term<T>]));
        if (pece) {
          denoised = await path.predict(x, sigma);
          seen = [...seen.slice(0, -1), denoised];
        }
      }
      if (next === 0) predicted = mix([1, denoised]);
      else {
        tau = next <= high && next >= low ? 1 : 0;
        h = lambdas[i + 1]! - lambdas[i]!;
        noise = tau > 0 ? mix([next * Math.sqrt(-Math.expm1(-2 * h)), path.noise(sigma, next)]) : null;
        const kept = (next / sigma) * Math.exp(-tau * tau * h);
        const terms = [[kept, x] as Term<T>, ...weighted(i, ahead, i, i + 1)];
        predicted = mix(...terms, ...(noise === null ? [] : [[1, noise] as Term<T>]));
      }
      path.endStep(denoised, [x, predicted, ...seen, ...(noise === null ? [] : [noise])]);
    }
    return predicted;
  };

export const saSolver = saSolverOf(false);
export const saSolverPece = saSolverOf(true);
