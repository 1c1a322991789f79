import type { Clip } from '../../model/pack.ts';

/** The clean picture under guidance, and the one that the negative side alone sees. */
export interface Sides<T> {
  readonly denoised: T;
  readonly uncond: T;
}

/** One way from noise to a picture, as a sampler sees it. T is the state: a tensor, or several that go together. */
export interface Path<T> {
  /** Falling; the last one is where the path ends, 0 for a finished picture. */
  readonly sigmas: readonly number[];
  /** A flow's state is (1 - sigma) * x0 + sigma * noise; any other's is x0 + sigma * noise. */
  readonly isFlow: boolean;
  /** The sigma at a share of the model's way, 0 at its start and 1 at its end. */
  sigmaAt(percent: number): number;
  /** The clean picture that the model, under guidance, sees in the state x at sigma. */
  predict(x: T, sigma: number): Promise<T>;
  predictSides(x: T, sigma: number): Promise<Sides<T>>;
  /** Normal noise, new at each call; for a source that follows the sigmas, between which two of them. */
  noise(from?: number, to?: number): T;
  /** Sum of factor * tensor. */
  mix(...terms: readonly Term<T>[]): T;
  /** Values of each picture within bounds. */
  clip(x: T, clip: Clip): T;
  /** How far two states are apart, in units of what is allowed there: the root of the mean square over all values. */
  distance(a: T, b: T, allowed: Allowed<T>): Promise<number>;
  /** What a step, or half of one, left at `sigma`, as the next call shall find it: where a mask keeps a picture, that. */
  settle(x: T, sigma: number): T;
  /** A step is done, and nothing but `kept` is read after it. */
  endStep(denoised: T, kept: readonly T[]): void;
}

export type Term<T> = readonly [factor: number, tensor: T];

/** At each value: the greater of `absolute`, `relative` * |a| and `relative` * |before|. */
export interface Allowed<T> {
  readonly absolute: number;
  readonly relative: number;
  readonly before: T;
}

/** From the state at the first sigma to the state at the last one. Throws what `predict` throws. */
export type Sampler = <T>(path: Path<T>, start: T) => Promise<T>;
