import type { Path } from './sampler.ts';

/** The ancestral step of Ho 2020 between two sigmas, in a state of variance 1. */
export async function ddpm<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    const [all, allNext] = [1 / (sigma * sigma + 1), 1 / (next * next + 1)];
    const alpha = all / allNext;
    const scale = Math.sqrt(next * next + 1) / Math.sqrt(alpha);
    const eps = (1 - alpha) / Math.sqrt(1 - all) / sigma;
    const spread = Math.sqrt(((1 - alpha) * (1 - allNext)) / (1 - all));
    const there = mix([scale * (Math.sqrt(all) - eps), x], [scale * eps, denoised]);
    x = next > 0 ? mix([1, there], [spread * Math.sqrt(next * next + 1), path.noise(sigma, next)]) : there;
    path.endStep(denoised, [x]);
  }
  return x;
}
