import type { Path } from './sampler.ts';

/** Each step takes the clean picture, and noises it again for the next one. */
export async function lcm<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const next = sigmas[i + 1]!;
    const denoised = await path.predict(x, sigmas[i]!);
    x =
      next > 0 ? mix([path.isFlow ? 1 - next : 1, denoised], [next, path.noise(sigmas[i]!, next)]) : mix([1, denoised]);
    path.endStep(denoised, [x]);
  }
  return x;
}
