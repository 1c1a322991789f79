import type { Linear } from '../linear.ts';

/** The clean picture that the model, under guidance, sees in the state x at sigma. */
export type Predict<T> = (x: T, sigma: number) => Promise<T>;

export interface SamplerOptions<T> {
  readonly math: Linear<T>;
  /** Falling; the last one is where the run ends, 0 for a finished picture. */
  readonly sigmas: readonly number[];
  /** After each step: how many are done, and the clean picture seen in it. */
  readonly onStep?: (done: number, denoised: T) => void;
}

/** From the state at the first sigma to the state at the last one. Throws what `predict` throws. */
export type Sampler = <T>(x: T, predict: Predict<T>, options: SamplerOptions<T>) => Promise<T>;
