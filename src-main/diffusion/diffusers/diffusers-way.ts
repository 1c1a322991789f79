import type { Sampler } from '../samplers/sampler.ts';

/** A run as diffusers makes it. */
export interface DiffusersWay {
  /** Falling, with the one at the end. */
  readonly sigmas: readonly number[];
  /** The timesteps that the denoiser is asked at, one after the other. */
  readonly asked: readonly number[];
  /** A state of variance 1 begins with noise alone; the other has the sigma's noise on the picture. */
  readonly isUnit: boolean;
  /** What the first noise is multiplied by, where nothing is drawn on. */
  readonly firstScale: number;
  readonly sampler: Sampler;
}

export interface DiffusersRun {
  readonly steps: number;
  /** Below 1 the first steps are left out. */
  readonly strength?: number;
  /** Patches of 2 by 2 cells that the latent has: what a flow's shift may depend on. */
  readonly tokens?: number;
}
