import { ancestral, flowAncestral } from './ancestral.ts';
import type { Path } from './sampler.ts';
import { lambdaOf, sigmaOfLambda } from './snr.ts';

/** DPM-Solver++(2S) with ancestral noise: one evaluation on the way, from which the whole step is taken. */
export async function dpmpp2sAncestral<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    const { down, up, keep } = path.isFlow ? flowAncestral(sigma, next) : { ...ancestral(sigma, next), keep: 1 };
    if (down === 0) x = mix([1, denoised]);
    else {
      const between = sigma === 1 && path.isFlow ? 0.9999 : halfway(path, sigma, down);
      const there = mix([between / sigma, x], [1 - between / sigma, denoised]);
      const again = await path.predict(there, between);
      const share = down / sigma;
      x = mix([keep * share, x], [keep * (1 - share), again], [up, path.noise(sigma, next)]);
    }
    path.endStep(denoised, [x]);
  }
  return x;
}

const halfway = (path: { isFlow: boolean }, from: number, to: number): number =>
  sigmaOfLambda(path, (lambdaOf(path, from) + lambdaOf(path, to)) / 2);

export async function dpmpp2sAncestralCfgPp<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const { denoised, uncond } = await path.predictSides(x, sigma);
    const { down, up } = ancestral(sigma, next);
    if (down === 0) x = mix([1, denoised], [down / sigma, x], [-down / sigma, uncond]);
    else {
      const between = Math.sqrt(sigma * down);
      const some = between / sigma;
      const there = mix([some, x], [some + 1 - some, denoised], [-some, uncond]);
      const again = await path.predictSides(there, between);
      const share = down / sigma;
      x = mix(
        [share, x],
        [share, denoised],
        [-share, again.uncond],
        [1 - share, again.denoised],
        [up, path.noise(sigma, next)],
      );
    }
    path.endStep(denoised, [x]);
  }
  return x;
}
