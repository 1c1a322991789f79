import type { Path } from './sampler.ts';

const gamma = 2;

/** Euler, corrected by how the slope changed since the last step (Permenter and Yuan 2023). */
const gradientEstimationOf = (isCfgPp: boolean) =>
  async function gradientEstimationStep<T>(path: Path<T>, start: T): Promise<T> {
    const { sigmas, mix } = path;
    let x = start;
    let before: T | undefined;
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      const sides = isCfgPp ? await path.predictSides(x, sigma) : null;
      const denoised = sides?.denoised ?? (await path.predict(x, sigma));
      const slope = mix([1 / sigma, x], [-1 / sigma, sides?.uncond ?? denoised]);
      if (next === 0) x = mix([1, denoised]);
      else {
        const there = isCfgPp ? mix([1, denoised], [next, slope]) : mix([1, x], [next - sigma, slope]);
        const bend = (gamma - 1) * (next - sigma);
        x = before === undefined ? there : mix([1, there], [bend, slope], [-bend, before]);
      }
      before = slope;
      path.endStep(denoised, [x, slope]);
    }
    return x;
  };

export const gradientEstimation = gradientEstimationOf(false);
export const gradientEstimationCfgPp = gradientEstimationOf(true);
