import type { PackScheduler } from '../../model/pack.ts';
import { lcmBoundary } from '../denoised.ts';
import type { Path, Sampler } from '../samplers/sampler.ts';
import { look } from './look.ts';

// Schedulers that go from one share of the picture to another, each step by itself.

/** A step: where the model looks, and from where to where the state goes. */
export interface Leg {
  readonly timestep: number;
  readonly sigma: number;
  /** Of the picture's variance, before and after, as the scheduler counts them. */
  readonly from: number;
  readonly to: number;
}

/** Of the step after the i-th; 0 after the last. */
export const sigmaAfter = (legs: readonly Leg[], i: number): number => legs[i + 1]?.sigma ?? 0;

/** Song 2020; with eta above 0 every step draws noise, the last one too. */
export const ddim = (legs: readonly Leg[], { eta, clip }: PackScheduler): Sampler =>
  async function ddimStep<T>(path: Path<T>, start: T): Promise<T> {
    let x = start;
    for (const [i, { sigma, from, to }] of legs.entries()) {
      const { clean, noise } = await look(path, x, sigma, clip);
      const spread = eta * Math.sqrt(((1 - to) / (1 - from)) * (1 - from / to));
      const next = path.mix([Math.sqrt(to), clean], [Math.sqrt(Math.max(0, 1 - to - spread * spread)), noise]);
      x = path.settle(eta > 0 ? path.mix([1, next], [spread, path.noise()]) : next, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/** Ho 2020, with the smaller of the two variances between which the right one lies, or with the larger. */
export const ddpmSteps = (legs: readonly Leg[], { variance, clip }: PackScheduler): Sampler =>
  async function ddpmStep<T>(path: Path<T>, start: T): Promise<T> {
    let x = start;
    for (const [i, { timestep, sigma, from, to }] of legs.entries()) {
      const { clean } = await look(path, x, sigma, clip);
      const alpha = from / to;
      const next = path.mix(
        [(Math.sqrt(to) * (1 - alpha)) / (1 - from), clean],
        [(Math.sqrt(alpha) * (1 - to)) / (1 - from), x],
      );
      const spread = Math.sqrt(
        variance === 'large' ? 1 - alpha : Math.max(((1 - to) / (1 - from)) * (1 - alpha), 1e-20),
      );
      x = path.settle(timestep > 0 ? path.mix([1, next], [spread, path.noise()]) : next, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/** Luo 2023: each step goes to the picture and back to the next one's noise, the last one stays there. */
export const lcmSteps = (legs: readonly Leg[], { timestepScaling, clip }: PackScheduler): Sampler =>
  async function lcmStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    for (const [i, { timestep, sigma, to }] of legs.entries()) {
      const { clean } = await look(path, x, sigma, clip);
      const { skip, out } = lcmBoundary(timestep, timestepScaling);
      const picture = mix([out, clean], [skip, x]);
      const next = i === legs.length - 1 ? picture : mix([Math.sqrt(to), picture], [Math.sqrt(1 - to), path.noise()]);
      x = path.settle(next, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/** Zheng 2024: to a place further on than the next step's, and back to that one's noise; `eta` is how much further. */
export const tcdSteps = (
  legs: readonly Leg[],
  { eta }: PackScheduler,
  shareAt: (timestep: number) => number,
): Sampler =>
  async function tcdStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    for (const [i, { sigma, to }] of legs.entries()) {
      const { clean, noise } = await look(path, x, sigma, null);
      const next = legs[i + 1]?.timestep;
      const there = shareAt(Math.floor(Math.fround(Math.fround(1 - eta) * (next ?? 0))));
      const further = mix([Math.sqrt(there), clean], [Math.sqrt(1 - there), noise]);
      const back = to / there;
      const isBack = eta > 0 && next !== undefined;
      x = isBack ? mix([Math.sqrt(back), further], [Math.sqrt(1 - back), path.noise()]) : further;
      x = path.settle(x, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };
