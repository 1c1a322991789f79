import { ancestral } from './ancestral.ts';
import type { Path, Term } from './sampler.ts';
import { alphaOf, finiteSigmas, floatMiddle, lambdaOf, sigmaOfLambda } from './snr.ts';

// DPM-Solver++ for the stochastic equation: noise is taken out and put back in every step (eta 1).

/** One step of the first order to where noise brings it back from. */
function part<T>(path: Path<T>, x: T, clean: T, from: number, to: number, noise: T): T {
  const [alphaFrom, alpha] = [alphaOf(path, from), alphaOf(path, to)];
  const { down, up } = ancestral(from / alphaFrom, to / alpha);
  const share = (down * alphaFrom) / from;
  return path.mix([(alpha / alphaFrom) * share, x], [alpha * (1 - share), clean], [alpha * up, noise]);
}

export async function dpmppSde<T>(path: Path<T>, start: T): Promise<T> {
  const sigmas = finiteSigmas(path);
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    if (next === 0) x = path.mix([1, denoised]);
    else {
      const between = sigmaOfLambda(path, (lambdaOf(path, sigma) + lambdaOf(path, next)) / 2);
      const halfway = path.noise(sigma, floatMiddle(path, sigma, next));
      const there = part(path, x, denoised, sigma, between, halfway);
      // With the middle at one half, the second evaluation alone counts.
      x = part(path, x, await path.predict(there, between), sigma, next, path.noise(sigma, next));
    }
    path.endStep(denoised, [x]);
  }
  return x;
}

const dpmpp2mSdeOf = (solver: 'midpoint' | 'heun') =>
  async function dpmpp2mSdeStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    const sigmas = finiteSigmas(path);
    let x = start;
    let before: { readonly denoised: T; readonly h: number } | undefined;
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      const denoised = await path.predict(x, sigma);
      if (next === 0) x = mix([1, denoised]);
      else {
        const h = lambdaOf(path, next) - lambdaOf(path, sigma);
        const alpha = alphaOf(path, next);
        const grown = -Math.expm1(-2 * h);
        const terms: Term<T>[] = [[(next / sigma) * Math.exp(-h), x]];
        if (before) {
          const bend = (alpha * (solver === 'heun' ? grown / (-2 * h) + 1 : grown / 2) * h) / before.h;
          terms.push([alpha * grown + bend, denoised], [-bend, before.denoised]);
        } else terms.push([alpha * grown, denoised]);
        x = mix(...terms, [next * Math.sqrt(grown), path.noise(sigma, next)]);
        before = { denoised, h };
      }
      x = path.settle(x, next);
      path.endStep(denoised, [x, denoised]);
    }
    return x;
  };

export const dpmpp2mSde = dpmpp2mSdeOf('midpoint');
export const dpmpp2mSdeHeun = dpmpp2mSdeOf('heun');

export async function dpmpp3mSde<T>(path: Path<T>, start: T): Promise<T> {
  const { mix } = path;
  const sigmas = finiteSigmas(path);
  let x = start;
  /** The latest first. */
  let seen: readonly { readonly denoised: T; readonly h: number }[] = [];
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
    const denoised = await path.predict(x, sigma);
    if (next === 0) x = mix([1, denoised]);
    else {
      const h = lambdaOf(path, next) - lambdaOf(path, sigma);
      const alpha = alphaOf(path, next);
      const grown = -Math.expm1(-2 * h);
      const phi2 = -grown / (2 * h) + 1;
      const phi3 = phi2 / (2 * h) - 0.5;
      const [one, two] = seen;
      const terms: Term<T>[] = [
        [(next / sigma) * Math.exp(-h), x],
        [alpha * grown, denoised],
      ];
      if (one && two) {
        const [r0, r1] = [one.h / h, two.h / h];
        // Divided differences: (denoised - one) / r0 and (one - two) / r1.
        const turn = alpha * (phi2 * (r0 / (r0 + r1)) - phi3 / (r0 + r1));
        const near = (alpha * phi2 + turn) / r0;
        const far = turn / r1;
        terms.push([near, denoised], [-near - far, one.denoised], [far, two.denoised]);
      } else if (one) {
        const near = (alpha * phi2 * h) / one.h;
        terms.push([near, denoised], [-near, one.denoised]);
      }
      x = mix(...terms, [next * Math.sqrt(grown), path.noise(sigma, next)]);
      seen = [{ denoised, h }, ...seen.slice(0, 1)];
    }
    path.endStep(denoised, [x, ...seen.map((one) => one.denoised)]);
  }
  return x;
}
