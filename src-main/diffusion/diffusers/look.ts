import type { Clip } from '../../model/pack.ts';
import type { Path } from '../samplers/sampler.ts';

// States of variance 1: sqrt(a) * x0 + sqrt(1 - a) * noise, a being what is left of the picture. Flows have their own.

export const shareOf = (sigma: number): number => 1 / (sigma * sigma + 1);

export interface Seen<T> {
  /** Within the bounds that the configuration asks for. */
  readonly clean: T;
  /** As the model saw it, whatever the bounds. */
  readonly noise: T;
}

/** What the model sees in the state x, of variance 1. */
export async function look<T>(path: Path<T>, x: T, sigma: number, clip: Clip | null): Promise<Seen<T>> {
  const state = path.mix([Math.sqrt(sigma * sigma + 1), x]);
  const clean = await path.predict(state, sigma);
  return {
    clean: clip ? path.clip(clean, clip) : clean,
    noise: path.mix([1 / sigma, state], [-1 / sigma, clean]),
  };
}

/** How much of the picture and of the noise is in a state, and the logarithm of the one over the other. */
export interface Level {
  readonly sigma: number;
  readonly alpha: number;
  readonly noise: number;
  readonly lambda: number;
}

export function levelOf(sigma: number, isFlow: boolean): Level {
  if (isFlow) return { sigma, alpha: 1 - sigma, noise: sigma, lambda: Math.log((1 - sigma) / sigma) };
  const alpha = Math.sqrt(shareOf(sigma));
  return { sigma, alpha, noise: sigma * alpha, lambda: -Math.log(sigma) };
}

/** Levels of steps before the i-th, the latest first: fewer than `order`, and none where one is like the next. */
export function earlierLevels(levels: readonly Level[], i: number, order: number): readonly Level[] {
  const earlier: Level[] = [];
  for (let k = i - 1; k >= 0 && k > i - order && levels[k]!.sigma !== levels[k + 1]!.sigma; k--)
    earlier.push(levels[k]!);
  return earlier;
}

/** The clean picture, and what a solver goes on with: that or the noise in the state x, of variance 1 or a flow's. */
export async function lookFor<T>(
  what: 'clean' | 'noise',
  path: Path<T>,
  x: T,
  { sigma, alpha, noise }: Level,
  clip: Clip | null,
): Promise<{ readonly clean: T; readonly seen: T }> {
  const found = await path.predict(path.isFlow ? x : path.mix([1 / alpha, x]), sigma);
  const clean = clip ? path.clip(found, clip) : found;
  return { clean, seen: what === 'clean' ? clean : path.mix([1 / noise, x], [-alpha / noise, clean]) };
}
