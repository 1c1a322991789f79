import type { Path } from './sampler.ts';

/** DPM-Solver++(2M): the clean picture of this step and of the one before, extrapolated. */
export async function dpmpp2m<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  let before: T | undefined;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    const share = next / sigma;
    if (before === undefined || next === 0) x = mix([share, x], [1 - share, denoised]);
    else {
      const bend = Math.log(sigma / next) / Math.log(sigmas[i - 1]! / sigma) / 2;
      x = mix([share, x], [(1 - share) * (1 + bend), denoised], [-(1 - share) * bend, before]);
    }
    before = denoised;
    x = path.settle(x, next);
    path.endStep(denoised, [x, denoised]);
  }
  return x;
}

export async function dpmpp2mCfgPp<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  let before: T | undefined;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const { denoised, uncond } = await path.predictSides(x, sigma);
    const share = next / sigma;
    if (before === undefined || next === 0) x = mix([1, denoised], [-share, uncond], [share, x]);
    else {
      const bend = ((1 - share) * Math.log(sigma / next)) / Math.log(sigmas[i - 1]! / sigma) / 2;
      x = mix([1 + bend, denoised], [-share, uncond], [-bend, before], [share, x]);
    }
    before = uncond;
    path.endStep(denoised, [x, uncond]);
  }
  return x;
}
