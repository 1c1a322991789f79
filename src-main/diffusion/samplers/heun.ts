import { eulerStep } from './euler.ts';
import type { Path } from './sampler.ts';

/** Euler's step, then the mean of the slopes at both of its ends. Two evaluations a step, one in the step to 0. */
export async function heun<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    const there = eulerStep(path, x, denoised, sigma, next);
    if (next === 0) x = there;
    else {
      const between = path.settle(there, next);
      const again = await path.predict(between, next);
      const half = (next - sigma) / 2;
      x = mix([1 + half / sigma, x], [-half / sigma, denoised], [half / next, between], [-half / next, again]);
    }
    x = path.settle(x, next);
    path.endStep(denoised, [x]);
  }
  return x;
}

/** Heun++: up to three slopes, of which the later ones count as much as their sigma does. */
export async function heunPp2<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  const end = sigmas.at(-1);
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next, after] = [sigmas[i]!, sigmas[i + 1]!, sigmas[i + 2]!];
    const denoised = await path.predict(x, sigma);
    const dt = next - sigma;
    if (next === end) x = eulerStep(path, x, denoised, sigma, next);
    else {
      const slope = (at: T, clean: T, s: number) => mix([1 / s, at], [-1 / s, clean]);
      const first = slope(x, denoised, sigma);
      const there = mix([1, x], [dt, first]);
      const second = slope(there, await path.predict(there, next), next);
      if (after === end) {
        const share = next / (2 * sigmas[0]!);
        x = mix([1, x], [dt * (1 - share), first], [dt * share, second]);
      } else {
        const further = mix([1, there], [after - next, second]);
        const third = slope(further, await path.predict(further, after), after);
        const [two, three] = [next / (3 * sigmas[0]!), after / (3 * sigmas[0]!)];
        x = mix([1, x], [dt * (1 - two - three), first], [dt * two, second], [dt * three, third]);
      }
    }
    path.endStep(denoised, [x]);
  }
  return x;
}
