import { ancestral, flowAncestral } from './ancestral.ts';
import type { Path } from './sampler.ts';
import { alphaOf } from './snr.ts';

/**
 * x + (next - sigma) * (x - denoised) / sigma: the straight line through the clean picture, which on flow models is
 * the velocity itself. At next = 0 it is the clean picture, without rounding.
 */
export const eulerStep = <T>({ mix }: Pick<Path<T>, 'mix'>, x: T, denoised: T, sigma: number, next: number): T =>
  mix([next / sigma, x], [1 - next / sigma, denoised]);

export async function euler<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const denoised = await path.predict(x, sigmas[i]!);
    x = path.settle(eulerStep(path, x, denoised, sigmas[i]!, sigmas[i + 1]!), sigmas[i + 1]!);
    path.endStep(denoised, [x]);
  }
  return x;
}

export async function eulerAncestral<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    if (next === 0) x = mix([1, denoised]);
    else {
      const { down, up, keep } = path.isFlow ? flowAncestral(sigma, next) : { ...ancestral(sigma, next), keep: 1 };
      const share = down / sigma;
      x = mix([keep * share, x], [keep * (1 - share), denoised], [up, path.noise(sigma, next)]);
    }
    x = path.settle(x, next);
    path.endStep(denoised, [x]);
  }
  return x;
}

/** CFG++: the step's direction is taken from the negative side alone, its end from the guided picture. */
const eulerCfgPp = (eta: 0 | 1) =>
  async function eulerCfgPpStep<T>(path: Path<T>, start: T): Promise<T> {
    const { sigmas, mix } = path;
    let x = start;
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      const { denoised, uncond } = await path.predictSides(x, sigma);
      if (next === 0) x = mix([1, denoised]);
      else {
        const [alphaFrom, alpha] = [alphaOf(path, sigma), alphaOf(path, next)];
        const { down, up } = ancestral(sigma / alphaFrom, next / alpha, eta);
        const share = (alpha * down) / sigma;
        x = mix([alpha, denoised], [share, x], [-share * alphaFrom, uncond]);
        if (eta > 0) x = mix([1, x], [alpha * up, path.noise(sigma, next)]);
      }
      path.endStep(denoised, [x]);
    }
    return x;
  };

export const eulerCfgPpPlain = eulerCfgPp(0);
export const eulerAncestralCfgPp = eulerCfgPp(1);
