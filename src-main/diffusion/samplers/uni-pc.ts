import type { Path, Term } from './sampler.ts';
import { solve } from './solve.ts';

/** A run to 0 ends here, as the reference's does. */
export const lastSigma = 0.001;

interface Level {
  /** How much of the picture and of noise a state of variance 1 has. */
  readonly alpha: number;
  readonly spread: number;
  readonly lambda: number;
}

/** In float32 and in the order of the reference: near the end its noise has few bits, and pictures show which. */
function levelOf(sigma: number): Level {
  const { fround, log, exp, sqrt } = Math;
  const logAlpha = fround(0.5 * fround(log(fround(1 / fround(fround(sigma * sigma) + 1)))));
  const noise = fround(1 - fround(exp(fround(2 * logAlpha))));
  return {
    alpha: fround(exp(logAlpha)),
    spread: fround(sqrt(noise)),
    lambda: fround(logAlpha - fround(0.5 * fround(log(noise)))),
  };
}

/** From a state of variance 1 to one whose picture counts 1. */
const scaleOf = (sigma: number): number => Math.sqrt(sigma * sigma + 1);

/**
 * UniPC (Zhao 2023), predictor and corrector of order 3 in a state of variance 1. The variants differ in B(h): h itself
 * (`bh1`) or e^h - 1 (`bh2`).
 */
const uniPcOf = (variant: 'bh1' | 'bh2') =>
  async function uniPcStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    if (path.sigmas.length < 2) return start;
    const sigmas = path.sigmas.map((sigma, i) => (sigma === 0 && i === path.sigmas.length - 1 ? lastSigma : sigma));
    const levels = sigmas.map(levelOf);
    const steps = sigmas.length - 1;
    const order = Math.min(3, steps - 1);
    const clean = async (x: T, i: number): Promise<T> => path.predict(mix([scaleOf(sigmas[i]!), x]), sigmas[i]!);

    let x = mix([1 / scaleOf(sigmas[0]!), start]);
    /** The latest first, with the index of its sigma. */
    let seen: readonly { readonly denoised: T; readonly at: number }[] = [{ denoised: await clean(x, 0), at: 0 }];
    path.endStep(seen[0]!.denoised, [x, seen[0]!.denoised]);

    /** To the sigma i, from what is seen; the corrector evaluates there. */
    const update = async (i: number, used: number, corrects: boolean): Promise<T | null> => {
      const [latest, ...older] = seen;
      const { lambda: base, spread: spreadBefore } = levels[latest!.at]!;
      const { alpha, spread, lambda } = levels[i]!;
      const h = lambda - base;
      const places = older.slice(0, used - 1).map(({ at }) => (levels[at]!.lambda - base) / h);
      const rows: number[][] = [];
      const right: number[] = [];
      const grown = Math.expm1(-h);
      const scale = variant === 'bh1' ? -h : grown;
      let phi = grown / -h - 1;
      let factorial = 1;
      for (let k = 1; k <= used; k++) {
        rows.push([...places, 1].map((place) => place ** (k - 1)));
        right.push((phi * factorial) / scale);
        factorial *= k + 1;
        phi = phi / -h - 1 / factorial;
      }
      const from: readonly Term<T>[] = [
        [spread / spreadBefore, x],
        [-alpha * grown, latest!.denoised],
      ];
      const differences = (weights: readonly number[]): readonly Term<T>[] =>
        places.flatMap((place, k): Term<T>[] => {
          const weight = (-alpha * scale * weights[k]!) / place;
          return [
            [weight, older[k]!.denoised],
            [-weight, latest!.denoised],
          ];
        });
      const ahead =
        used === 2
          ? [0.5]
          : solve(
              rows.slice(0, -1).map((row) => row.slice(0, -1)),
              right.slice(0, -1),
            );
      const predicted = mix(...from, ...differences(ahead));
      if (!corrects) {
        x = predicted;
        return null;
      }
      const denoised = await clean(predicted, i);
      const back = used === 1 ? [0.5] : solve(rows, right);
      const last = -alpha * scale * back.at(-1)!;
      x = mix(...from, ...differences(back), [last, denoised], [-last, latest!.denoised]);
      return denoised;
    };

    // The reference takes no step where there is one alone, and hands back the noise.
    for (let i = 1; i <= steps && order > 0; i++) {
      const used = i < order ? i : Math.min(order, steps + 1 - i);
      const denoised = await update(i, used, i < steps);
      if (denoised !== null) {
        seen = [{ denoised, at: i }, ...seen.slice(0, order - 1)];
        path.endStep(denoised, [x, ...seen.map((one) => one.denoised)]);
      }
    }
    return mix([1 / levels[steps]!.alpha, x]);
  };

export const uniPc = uniPcOf('bh1');
export const uniPcBh2 = uniPcOf('bh2');
