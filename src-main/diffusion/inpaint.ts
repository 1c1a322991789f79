import type { NoiseModel } from './noise-model.ts';

// Only where a mask is 1 is drawn anew: around it the state follows the picture that was there.

type Values = ArrayLike<number>;

/** Inside the mask `inner`, outside `outer`, between them in between. */
export const blended = (inner: Values, outer: Values, mask: Values): Float64Array =>
  Float64Array.from({ length: inner.length }, (_, i) => inner[i]! * mask[i]! + outer[i]! * (1 - mask[i]!));

/**
 * Differential diffusion (Levin 2023): a place is drawn from the moment on at which its mask says so, the mask counting
 * how much of the way it takes. `strength` below 1 keeps some of the soft mask.
 */
export function differentialMask(
  mask: Values,
  sigma: number,
  sigmas: readonly number[],
  model: NoiseModel,
  strength = 1,
): Float64Array {
  const [from, to] = [sigmas[0]!, Math.max(sigmas.at(-1)!, model.sigmas[0]!)].map((at) => model.timestepOf(at));
  const threshold = (model.timestepOf(sigma) - to!) / (from! - to!);
  return Float64Array.from(mask, (value) => strength * Number(value >= threshold) + (1 - strength) * value);
}
