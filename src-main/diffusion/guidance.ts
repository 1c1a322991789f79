import { canonicalJson } from '../model/json.ts';
import type { Linear } from './linear.ts';

/**
 * The conditionings that one picture's step asks the denoiser about, negative first; one alone where guidance would
 * change nothing: at cfg 1, without a negative, or where both sides are the same.
 */
export function guidanceSides<C>(positive: C, negative: C | undefined, cfg: number): readonly C[] {
  if (cfg === 1 || negative === undefined || canonicalJson(positive) === canonicalJson(negative)) return [positive];
  return [negative, positive];
}

/** negative + cfg * (positive - negative), from what the sides gave, in their order. */
export function guide<T>(math: Linear<T>, given: readonly T[], cfg: number): T {
  const [negative, positive] = given;
  if (positive === undefined) return negative!;
  return math.linear([
    { factor: 1 - cfg, tensor: negative! },
    { factor: cfg, tensor: positive },
  ]);
}
