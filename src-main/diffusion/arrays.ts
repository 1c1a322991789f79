import { clipped } from './clip.ts';
import type { Linear } from './linear.ts';

/** Tensors as plain arrays, in double. */
export const arrays: Linear<Float64Array> = {
  linear(terms) {
    const sum = new Float64Array(terms[0]!.tensor.length);
    for (const { factor, tensor } of terms) for (let i = 0; i < sum.length; i++) sum[i]! += factor * tensor[i]!;
    return sum;
  },
  clip: clipped,
};
