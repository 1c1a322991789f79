import { ancestral, flowAncestral } from './ancestral.ts';
import { eulerStep } from './euler.ts';
import type { Path } from './sampler.ts';

/** Halfway in the logarithm of sigma. */
export const middleOf = (sigma: number, to: number): number => Math.sqrt(sigma * to);

/**
 * DPM-Solver-2 (Karras 2022, algorithm 2 without churn): the slope halfway. What a mask keeps is as noisy there as at the
 * `next` sigma, as diffusers has it.
 */
async function step<T>(path: Path<T>, x: T, denoised: T, sigma: number, to: number, next: number): Promise<T> {
  const middle = middleOf(sigma, to);
  const there = path.settle(eulerStep(path, x, denoised, sigma, middle), next);
  const again = await path.predict(there, middle);
  const share = (to - sigma) / middle;
  return path.mix([1, x], [share, there], [-share, again]);
}

export async function dpm2<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    x = next === 0 ? eulerStep(path, x, denoised, sigma, next) : await step(path, x, denoised, sigma, next, next);
    x = path.settle(x, next);
    path.endStep(denoised, [x]);
  }
  return x;
}

export async function dpm2Ancestral<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    const { down, up, keep } = path.isFlow ? flowAncestral(sigma, next) : { ...ancestral(sigma, next), keep: 1 };
    if (down === 0) x = eulerStep(path, x, denoised, sigma, 0);
    else {
      const there = await step(path, x, denoised, sigma, down, next);
      x = mix([keep, there], [up, path.noise(sigma, next)]);
    }
    x = path.settle(x, next);
    path.endStep(denoised, [x]);
  }
  return x;
}
