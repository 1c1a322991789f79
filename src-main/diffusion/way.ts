import type { PackFacts } from '../model/pack.ts';
import { finished, noised, noisedAt } from './denoised.ts';
import { diffusersWay } from './diffusers/way.ts';
import type { Linear } from './linear.ts';
import type { NoiseModel } from './noise-model.ts';
import { type SamplerName, samplers } from './samplers/index.ts';
import type { Sampler } from './samplers/sampler.ts';
import { dropsPenultimate, endOf, isAdaptive } from './samplers/traits.ts';
import { type ScheduleName, sigmasOf } from './sigmas.ts';
import { timestepOf } from './timesteps.ts';

/** How a run goes from noise to a picture: its sigmas, what the denoiser is fed for them, and both ends. */
export interface Way {
  /** Falling, one more than there are steps; without steps there is nothing to do. */
  readonly sigmas: readonly number[];
  readonly sampler: Sampler;
  /** Steps follow from the picture, so several pictures do not share them. */
  readonly isAdaptive: boolean;
  timestepOf(sigma: number): number;
  start<T>(math: Linear<T>, latent: T, noise: T): T;
  end<T>(math: Linear<T>, state: T): T;
}

export interface Asked {
  /** `pack`: as the pack's makers run it, whatever the schedule. */
  readonly sampler: SamplerName | 'pack';
  readonly schedule: ScheduleName;
  readonly steps: number;
  readonly denoise: number;
}

export function wayOf(facts: PackFacts, model: NoiseModel, asked: Asked): Way {
  if (asked.sampler !== 'pack') return namedWay(facts, model, { ...asked, sampler: asked.sampler });
  if (facts.scheduler && asked.denoise > 0) return makersWay(facts, facts.scheduler, model, asked);
  return namedWay(facts, model, { ...asked, sampler: 'euler', schedule: 'simple' });
}

/** By ComfyUI's names. */
function namedWay(
  { prediction, timestep }: PackFacts,
  model: NoiseModel,
  { sampler, schedule, steps, denoise }: Asked & { readonly sampler: SamplerName },
): Way {
  const sigmas = sigmasOf(schedule, model, steps, denoise, dropsPenultimate(sampler));
  return {
    sigmas,
    sampler: samplers[sampler],
    isAdaptive: isAdaptive(sampler),
    timestepOf: (sigma) => timestepOf(timestep, sigma, model),
    start: (math, latent, noise) => noised(math, prediction, latent, noise, sigmas[0]!, model.sigmas.at(-1)!),
    end: (math, state) => finished(math, prediction, state, endOf(sampler, sigmas)),
  };
}

function makersWay(
  { prediction }: PackFacts,
  scheduler: NonNullable<PackFacts['scheduler']>,
  model: NoiseModel,
  { steps, denoise }: Asked,
): Way {
  const way = diffusersWay(scheduler, model.sigmas, prediction, { steps, strength: denoise });
  const timesteps = new Map(way.timesteps.map((timestep, i) => [way.sigmas[i]!, timestep]));
  return {
    sigmas: way.timesteps.length > 0 ? way.sigmas : [],
    sampler: way.sampler,
    isAdaptive: false,
    timestepOf: (sigma) => timesteps.get(sigma) ?? model.timestepOf(sigma),
    start(math, latent, noise) {
      // What is drawn anew as a whole starts from noise alone.
      if (denoise >= 1) return math.linear([{ factor: way.firstScale, tensor: noise }]);
      const sigma = way.sigmas[0]!;
      const there = noisedAt(math, prediction, latent, noise, sigma);
      return way.isUnit ? math.linear([{ factor: 1 / Math.sqrt(sigma * sigma + 1), tensor: there }]) : there;
    },
    end: (math, state) => math.linear([{ factor: 1, tensor: state }]),
  };
}
