import type { PackScheduler } from '../../model/pack.ts';
import { dpm2, dpm2Ancestral } from '../samplers/dpm-2.ts';
import { euler, eulerAncestral } from '../samplers/euler.ts';
import { heun } from '../samplers/heun.ts';
import { lmsWeights } from '../samplers/multistep.ts';
import type { Path, Sampler, Term } from '../samplers/sampler.ts';

// Solvers that the named samplers are as well, but for how a run ends and what is clipped.

/** What a mask keeps is put back clean after the last step, even where that ends with noise. */
const endingClean = <T>(path: Path<T>): Path<T> => {
  const last = path.sigmas.length - 1;
  let steps = 0;
  return { ...path, settle: (x, sigma) => path.settle(x, ++steps === last ? 0 : sigma) };
};

export const eulerSteps: Sampler = (path, start) => euler(endingClean(path), start);

export const ancestralSteps: Sampler = eulerAncestral;
export const middleSteps: Sampler = dpm2;
export const middleAncestralSteps: Sampler = dpm2Ancestral;

export const heunSteps =
  ({ clip }: PackScheduler): Sampler =>
  (path, start) =>
    heun(clip ? { ...path, predict: async (x, sigma) => path.clip(await path.predict(x, sigma), clip) } : path, start);

/** On a flow each step goes to the picture and back to the next sigma with new noise. */
export async function stochasticFlow<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const denoised = await path.predict(x, sigmas[i]!);
    const next = sigmas[i + 1]!;
    x = path.settle(next === 0 ? mix([1, denoised]) : mix([1 - next, denoised], [next, path.noise()]), next);
    path.endStep(denoised, [x]);
  }
  return x;
}

/**
 * Linear multistep: where first steps are left out, weights of the first step are those of the higher order that
 * has them too.
 */
export const lmsSteps = (all: readonly number[], skipped: number): Sampler =>
  async function lmsStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    let slopes: readonly T[] = [];
    for (let i = skipped; i + 1 < all.length; i++) {
      const [sigma, next] = [all[i]!, all[i + 1]!];
      const denoised = await path.predict(x, sigma);
      slopes = [mix([1 / sigma, x], [-1 / sigma, denoised]), ...slopes.slice(0, 3)];
      const weights = lmsWeights(all, i).slice(0, slopes.length);
      x = path.settle(mix([1, x], ...weights.map((weight, k): Term<T> => [weight, slopes[k]!])), next);
      path.endStep(denoised, [x, ...slopes]);
    }
    return x;
  };
