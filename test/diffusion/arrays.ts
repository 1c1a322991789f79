import { clipped } from '../../src-main/diffusion/clip.ts';
import type { Linear } from '../../src-main/diffusion/linear.ts';

/** Tensors as plain arrays, in double. */
export const arrays: Linear<Float64Array> = {
  linear: (terms) =>
    terms[0]!.tensor.map((_, i) => terms.reduce((sum, { factor, tensor }) => sum + factor * tensor[i]!, 0)),
  clip: clipped,
};
