import { eulerStep } from './euler.ts';
import type { Predict, SamplerOptions } from './sampler.ts';

/** Euler's step, then the mean of the slopes at both of its ends. Two evaluations a step, one in the step to 0. */
export async function heun<T>(start: T, predict: Predict<T>, { math, sigmas, onStep }: SamplerOptions<T>): Promise<T> {
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await predict(x, sigma);
    const there = eulerStep(math, x, denoised, sigma, next);
    if (next === 0) x = there;
    else {
      const again = await predict(there, next);
      const half = (next - sigma) / 2;
      x = math.linear([
        { factor: 1 + half / sigma, tensor: x },
        { factor: -half / sigma, tensor: denoised },
        { factor: half / next, tensor: there },
        { factor: -half / next, tensor: again },
      ]);
    }
    onStep?.(i + 1, denoised);
  }
  return x;
}
