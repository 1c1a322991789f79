import type { PackFacts } from '../model/pack.ts';
import { finished, noised, noisedAt } from './denoised.ts';
import { diffusersWay } from './diffusers/way.ts';
import type { Linear } from './linear.ts';
import type { NoiseModel } from './noise-model.ts';
import { type SamplerName, samplers } from './samplers/index.ts';
import type { Sampler } from './samplers/sampler.ts';
import { dropsPenultimate, endOf, isAdaptive } from './samplers/traits.ts';
import { type ScheduleName, sigmasOf } from './sigmas.ts';
import { asFed, timestepOf } from './timesteps.ts';

/** How a run goes from noise to a picture: its sigmas, what the denoiser is fed for them, and both ends. */
export interface Way {
  /** Falling, one more than there are steps; without steps there is nothing to do. */
  readonly sigmas: readonly number[];
  readonly sampler: Sampler;
  /** Steps follow from the picture, so several pictures do not share them. */
  readonly isAdaptive: boolean;
  /**
   * Whether it is the makers' way: noise is drawn as torch does, and what a mask keeps is put back after each step. On
   * ComfyUI's way the model sees what is kept in its place, and the sampler does not.
   */
  readonly isMakers: boolean;
  /** At the call of that number, from 0. */
  timestepOf(sigma: number, call: number): number;
  /** Whether something that counts from one share of the way to another counts at the call of that number, from 0. */
  isWithin(from: number, to: number, sigma: number, call: number): boolean;
  /** `isAnew`: nothing of the latent is to be seen in what comes of it. */
  start<T>(math: Linear<T>, latent: T, noise: T, isAnew: boolean): T;
  /** `latent` as a state at a sigma on the way. */
  noised<T>(math: Linear<T>, latent: T, noise: T, sigma: number): T;
  end<T>(math: Linear<T>, state: T): T;
}

export interface Asked {
  /** `pack`: as the pack's makers run it, whatever the schedule. */
  readonly sampler: SamplerName | 'pack';
  readonly schedule: ScheduleName;
  readonly steps: number;
  readonly denoise: number;
  /** Patches of 2 by 2 cells of the latent. */
  readonly tokens: number;
}

/** A run that says itself how much noise there is before each step. */
export interface AskedSigmas {
  readonly sampler: SamplerName;
  readonly sigmas: readonly number[];
}

export function wayOf(facts: PackFacts, model: NoiseModel, asked: Asked | AskedSigmas): Way {
  if ('sigmas' in asked) return namedWay(facts, model, asked);
  if (asked.sampler !== 'pack') return namedWay(facts, model, { ...asked, sampler: asked.sampler });
  if (facts.scheduler && asked.denoise > 0) return makersWay(facts, facts.scheduler, asked);
  return namedWay(facts, model, { ...asked, sampler: 'euler', schedule: 'simple' });
}

/** By ComfyUI's names. */
function namedWay(
  { prediction, timestep }: PackFacts,
  model: NoiseModel,
  asked: (Asked & { readonly sampler: SamplerName }) | AskedSigmas,
): Way {
  const { sampler } = asked;
  const sigmas =
    'sigmas' in asked
      ? asked.sigmas
      : sigmasOf(asked.schedule, model, asked.steps, asked.denoise, dropsPenultimate(sampler));
  return {
    sigmas,
    sampler: samplers[sampler],
    isAdaptive: isAdaptive(sampler),
    isMakers: false,
    timestepOf: (sigma) => timestepOf(timestep, sigma, model),
    isWithin: (from, to, sigma) => isWithinSigmas(model, from, to, sigma),
    noised: (math, latent, noise, sigma) => noisedAt(math, prediction, latent, noise, sigma),
    start: (math, latent, noise) => noised(math, prediction, latent, noise, sigmas[0]!, model.sigmas.at(-1)!),
    end: (math, state) => finished(math, prediction, state, endOf(sampler, sigmas)),
  };
}

function makersWay(
  { prediction, timestep: convention }: PackFacts,
  scheduler: NonNullable<PackFacts['scheduler']>,
  { steps, denoise, tokens }: Asked,
): Way {
  const way = diffusersWay(scheduler, prediction, { steps, strength: denoise, tokens });
  const noisedTo = <T>(math: Linear<T>, latent: T, noise: T, sigma: number): T => {
    if (sigma === 0) return latent;
    const there = noisedAt(math, prediction, latent, noise, sigma);
    return way.isUnit ? math.linear([{ factor: 1 / Math.sqrt(sigma * sigma + 1), tensor: there }]) : there;
  };
  const { asked } = way;
  return {
    sigmas: asked.length > 0 ? way.sigmas : [],
    sampler: way.sampler,
    isAdaptive: false,
    isMakers: true,
    timestepOf: (_, call) => asFed(convention, asked[call]!),
    isWithin: (from, to, _, call) => call / asked.length >= from && (call + 1) / asked.length <= to,
    noised: noisedTo,
    start: (math, latent, noise, isAnew) =>
      isAnew && denoise >= 1
        ? math.linear([{ factor: way.firstScale, tensor: noise }])
        : noisedTo(math, latent, noise, way.sigmas[0]!),
    end: (math, state) => math.linear([{ factor: 1, tensor: state }]),
  };
}

/** Both ends count; the start of the way is above every sigma. */
const isWithinSigmas = ({ sigmaAt }: NoiseModel, from: number, to: number, sigma: number): boolean =>
  (from <= 0 || sigma <= Math.fround(sigmaAt(from))) && (to >= 1 || sigma >= Math.fround(sigmaAt(to)));
