import type { TensorMath } from '../model/node-type.ts';
import type { TensorRef } from '../model/tensor.ts';
import { maskFor } from './planes/mask-ops.ts';

/**
 * One mask, float32 [1, 1, height, width] in 0..1, for each picture of a latent of that shape. `isHard`, as diffusers
 * makes them: black or white, as the first pixel of each cell is; else resampled, as ComfyUI's.
 */
export async function latentMask(
  math: TensorMath,
  mask: TensorRef,
  [images = 1, , height = 1, width = 1]: readonly number[],
  isHard: boolean,
): Promise<readonly TensorRef[]> {
  const [count = 1, h = 1, w = 1] = mask.shape;
  const bytes = (await math.read(mask)) as Uint8Array;
  const one = Array.from({ length: count }, (_, i) => {
    const own = bytes.subarray(i * h * w, (i + 1) * h * w);
    const values = isHard
      ? hardMask(own, w, h, width, height)
      : maskFor({ shape: [1, 1, h, w], data: Float64Array.from(own, (value) => value / 255) }, [1, 1, height, width])
          .data;
    return math.from(Float32Array.from(values), 'float32', [1, 1, height, width]);
  });
  return Array.from({ length: images }, (_, i) => one[i % count]!);
}

/** 1 where a cell's first pixel is at least half white; `bytes` is [h, w]. */
export const hardMask = (bytes: Uint8Array, w: number, h: number, width: number, height: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => {
    const x = Math.floor(((i % width) * w) / width);
    const y = Math.floor((Math.floor(i / width) * h) / height);
    return bytes[y * w + x]! >= 128 ? 1 : 0;
  });
