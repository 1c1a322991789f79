import { ancestral } from './ancestral.ts';
import type { Path } from './sampler.ts';

interface Kind {
  readonly eta: 0 | 1;
  readonly isCfgPp: boolean;
}

/** RES (Zhang 2023): an exponential integrator of the second order from this step's clean picture and the last one's. */
const resMultistepOf = ({ eta, isCfgPp }: Kind) =>
  async function resMultistepStep<T>(path: Path<T>, start: T): Promise<T> {
    const { sigmas, mix } = path;
    let x = start;
    let before: { readonly clean: T; readonly down: number } | undefined;
    for (let i = 0; i + 1 < sigmas.length; i++) {
      const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
      const sides = isCfgPp ? await path.predictSides(x, sigma) : null;
      const denoised = sides?.denoised ?? (await path.predict(x, sigma));
      const clean = sides?.uncond ?? denoised;
      const { down, up } = ancestral(sigma, next, eta);
      const share = down / sigma;
      if (down === 0 || !before) x = mix([share, x], [1, denoised], [-share, clean]);
      else {
        const h = Math.log(sigma / down);
        const c2 = Math.log(before.down / sigmas[i - 1]!) / h;
        const phi1 = -Math.expm1(-h) / h;
        const phi2 = (phi1 - 1) / -h;
        const older = Number.isFinite(phi2 / c2) ? (h * phi2) / c2 : 0;
        const newer = Number.isFinite(phi2 / c2) ? h * phi1 - older : 0;
        x = isCfgPp
          ? mix([share, x], [share, denoised], [newer - share, clean], [older, before.clean])
          : mix([share, x], [newer, clean], [older, before.clean]);
      }
      if (next > 0 && eta > 0) x = mix([1, x], [up, path.noise(sigma, next)]);
      before = { clean, down };
      path.endStep(denoised, [x, clean]);
    }
    return x;
  };

export const resMultistep = resMultistepOf({ eta: 0, isCfgPp: false });
export const resMultistepCfgPp = resMultistepOf({ eta: 0, isCfgPp: true });
export const resMultistepAncestral = resMultistepOf({ eta: 1, isCfgPp: false });
export const resMultistepAncestralCfgPp = resMultistepOf({ eta: 1, isCfgPp: true });
