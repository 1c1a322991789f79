import { type Planes, planesOf } from '../../src-main/diffusion/planes/planes.ts';
import { absolute, type Measured } from './comparison.ts';
import { named, numbers, type Recorded } from './vector-file.ts';

/** A tensor as a file holds it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** [images, channels, height, width] */
export const latentOf = ({ shape, data }: Tensor): Planes => ({
  shape: shape as unknown as Planes['shape'],
  data: numbers(data),
});

/** From [images, height, width, channels]. */
export function imageOf({ shape: [n = 1, h = 1, w = 1, channels = 1], data }: Tensor): Planes {
  const values = numbers(data);
  return planesOf([n, channels, h, w], (i, c, y, x) => values[((i * h + y) * w + x) * channels + c]!);
}

/** From [images, height, width], with an axis of one channel or without. */
export function maskOf({ shape, data }: Tensor): Planes {
  const [n, h, w] = [shape.length > 2 ? shape[0]! : 1, ...shape.slice(-2)] as [number, number, number];
  return { shape: [n, 1, h, w], data: numbers(data) };
}

export const inputOf = ({ inputs }: Recorded, name: string): Tensor =>
  named(inputs as Record<string, Tensor>, name, 'input');

/** Of another shape is as far apart as can be. */
export const planesAgainst = (tensor: string, found: Planes, wanted: Planes, tolerance: number): Measured => ({
  ...absolute(tensor, found.data, wanted.data, tolerance),
  ...(found.shape.join() === wanted.shape.join() ? {} : { difference: Number.POSITIVE_INFINITY }),
});
