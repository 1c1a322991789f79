import type { Linear } from '../linear.ts';
import type { Predict, SamplerOptions } from './sampler.ts';

/**
 * x + (next - sigma) * (x - denoised) / sigma: the straight line through the clean picture, which on flow models is
 * the velocity itself. At next = 0 it is the clean picture, without rounding.
 */
export const eulerStep = <T>(math: Linear<T>, x: T, denoised: T, sigma: number, next: number): T =>
  math.linear([
    { factor: next / sigma, tensor: x },
    { factor: 1 - next / sigma, tensor: denoised },
  ]);

export async function euler<T>(start: T, predict: Predict<T>, { math, sigmas, onStep }: SamplerOptions<T>): Promise<T> {
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const denoised = await predict(x, sigmas[i]!);
    const before = x;
    x = eulerStep(math, x, denoised, sigmas[i]!, sigmas[i + 1]!);
    onStep?.(i + 1, denoised);
    math.free?.(i > 0 ? [before, denoised] : [denoised]); // the start is the caller's
  }
  return x;
}
