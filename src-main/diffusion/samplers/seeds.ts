import type { Path, Term } from './sampler.ts';
import { alphaOf, finiteSigmas, lambdaOf, sigmaOfLambda } from './snr.ts';

// SEEDS (Gonzalez 2023): exponential integrators in stages, for the stochastic equation (eta 1) or without noise (0).

const phi1 = Math.expm1;
const phi2 = (h: number): number => (Math.expm1(h) - h) / h;

/** Noise that grows from stage to stage of a step, each between two sigmas: what was there shrinks, new one is added. */
function growing<T>({ mix, noise }: Path<T>, before: T | null, shrink: number, from: number, to: number): T {
  const added = [Math.sqrt(-Math.expm1(2 * shrink)), noise(from, to)] as const;
  return before === null ? mix(added) : mix([Math.exp(shrink), before], added);
}

interface Two {
  /** Where the stage between lies, as a share of the step. */
  readonly r: number;
  readonly eta: 0 | 1;
  readonly order: 1 | 2;
}

const seedsTwo = ({ r, eta, order }: Two) =>
  async function seedsTwoStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    const sigmas = finiteSigmas(path);
    let x = start;
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      const denoised = await path.predict(x, sigma);
      if (next === 0) x = mix([1, denoised]);
      else {
        const [from, to] = [lambdaOf(path, sigma), lambdaOf(path, next)];
        const h = to - from;
        const all = h * (eta + 1);
        const between = r === 1 ? next : sigmaOfLambda(path, from + r * h);
        let noise = eta > 0 ? growing(path, null, -r * h * eta, sigma, between) : null;
        const there = mix(
          [(between / sigma) * Math.exp(-r * h * eta), x],
          [-alphaOf(path, between) * phi1(-r * all), denoised],
          ...(noise === null ? [] : [[between, noise] as Term<T>]),
        );
        const again = await path.predict(there, between);
        const second = order === 1 ? phi1(-all) / (2 * r) : phi2(-all) / r;
        if (noise !== null) noise = growing(path, noise, (r - 1) * h * eta, between, next);
        const alpha = alphaOf(path, next);
        x = mix(
          [(next / sigma) * Math.exp(-h * eta), x],
          [-alpha * (phi1(-all) - second), denoised],
          [-alpha * second, again],
          ...(noise === null ? [] : [[next, noise] as Term<T>]),
        );
      }
      path.endStep(denoised, [x]);
    }
    return x;
  };

export const seeds2 = seedsTwo({ r: 0.5, eta: 1, order: 1 });
export const expHeun2 = seedsTwo({ r: 1, eta: 0, order: 2 });
export const expHeun2Sde = seedsTwo({ r: 1, eta: 1, order: 2 });

export async function seeds3<T>(path: Path<T>, start: T): Promise<T> {
  const { mix } = path;
  const sigmas = finiteSigmas(path);
  const [r1, r2] = [1 / 3, 2 / 3];
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    if (next === 0) x = mix([1, denoised]);
    else {
      const from = lambdaOf(path, sigma);
      const h = lambdaOf(path, next) - from;
      const [one, two] = [sigmaOfLambda(path, from + r1 * h), sigmaOfLambda(path, from + r2 * h)];
      let noise = growing(path, null, -r1 * h, sigma, one);
      const there = mix(
        [(one / sigma) * Math.exp(-r1 * h), x],
        [-alphaOf(path, one) * phi1(-r1 * 2 * h), denoised],
        [one, noise],
      );
      const second = await path.predict(there, one);
      const bend = (r2 / r1) * phi2(-r2 * 2 * h);
      noise = growing(path, noise, (r1 - r2) * h, one, two);
      const further = mix(
        [(two / sigma) * Math.exp(-r2 * h), x],
        [-alphaOf(path, two) * (phi1(-r2 * 2 * h) - bend), denoised],
        [-alphaOf(path, two) * bend, second],
        [two, noise],
      );
      const third = await path.predict(further, two);
      const turn = phi2(-2 * h) / r2;
      noise = growing(path, noise, (r2 - 1) * h, two, next);
      const alpha = alphaOf(path, next);
      x = mix(
        [(next / sigma) * Math.exp(-h), x],
        [-alpha * (phi1(-2 * h) - turn), denoised],
        [-alpha * turn, third],
        [next, noise],
      );
    }
    path.endStep(denoised, [x]);
  }
  return x;
}
