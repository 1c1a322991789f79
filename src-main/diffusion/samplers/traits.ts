import type { SamplerName } from './index.ts';
import { lastSigma as unipcEnd } from './uni-pc.ts';

/** Evaluations in a step that does not end at 0; those that are not named take one. */
const evaluations: Partial<Record<SamplerName, number>> = {
  heun: 2,
  heunpp2: 3,
  exp_heun_2_x0: 2,
  exp_heun_2_x0_sde: 2,
  dpm_2: 2,
  dpm_2_ancestral: 2,
  dpm_adaptive: 3,
  dpmpp_2s_ancestral: 2,
  dpmpp_2s_ancestral_cfg_pp: 2,
  dpmpp_sde: 2,
  dpmpp_sde_gpu: 2,
  seeds_2: 2,
  seeds_3: 3,
  sa_solver_pece: 2,
};

/** About how often the denoiser is called: the step to 0 takes one evaluation, and `dpm_adaptive` as many as it needs. */
export function callsOf(sampler: SamplerName, steps: number): number {
  const each = evaluations[sampler] ?? 1;
  return each * steps - (each - 1);
}

/** These take no step to the last sigma but one: a schedule of one step more goes without it. */
export const dropsPenultimate = (sampler: SamplerName): boolean =>
  ['dpm_2', 'dpm_2_ancestral', 'uni_pc', 'uni_pc_bh2'].includes(sampler);

/** Its steps follow from the picture, so several pictures do not share them. */
export const isAdaptive = (sampler: SamplerName): boolean => sampler === 'dpm_adaptive';

/** The sigma at which a path ends: these samplers stop a little above 0. */
export const endOf = (sampler: SamplerName, sigmas: readonly number[]): number =>
  (sampler === 'uni_pc' || sampler === 'uni_pc_bh2') && sigmas.at(-1) === 0 ? unipcEnd : sigmas.at(-1)!;
