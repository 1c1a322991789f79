import { mapped, type Planes, withImages } from './planes.ts';
import { resampled } from './resample.ts';
import { across, down, each } from './taps.ts';

// What ComfyUI's post-processing nodes do with pictures in 0..1.

/** The place of a value beyond the border: as in a mirror that shows the border once. */
function mirrored(at: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const turned = ((at % period) + period) % period;
  return turned < size ? turned : period - turned;
}

/** A Gaussian over 2 * radius + 1 places whose standard deviation is `sigma` radii. */
function gaussian(radius: number, sigma: number): readonly number[] {
  const raw = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i / radius - 1) ** 2) / (2 * sigma * sigma)),
  );
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
}

export function blurred(image: Planes, radius: number, sigma: number): Planes {
  if (radius === 0) return image;
  const [, , height, width] = image.shape;
  const weights = gaussian(radius, sigma);
  const taps = (size: number) =>
    each(size, (i) => ({ at: weights.map((_, k) => mirrored(i + k - radius, size)), weights }));
  return down(across(image, taps(width)), taps(height));
}

/** What a blur would take away is added, ten times `alpha` of it. */
export function sharpened(image: Planes, radius: number, sigma: number, alpha: number): Planes {
  const soft = blurred(image, radius, sigma).data;
  return mapped(image, (value, i) => value + 10 * alpha * (value - soft[i]!));
}

const softLight = (a: number, b: number): number => {
  const light = a <= 0.25 ? ((16 * a - 12) * a + 4) * a : Math.sqrt(a);
  return b <= 0.5 ? a - (1 - 2 * b) * a * (1 - a) : a + (2 * b - 1) * (light - a);
};

const blends = {
  normal: (_: number, b: number) => b,
  multiply: (a: number, b: number) => a * b,
  screen: (a: number, b: number) => 1 - (1 - a) * (1 - b),
  overlay: (a: number, b: number) => (a <= 0.5 ? 2 * a * b : 1 - 2 * (1 - a) * (1 - b)),
  soft_light: softLight,
  difference: (a: number, b: number) => a - b,
} as const;
export type Blend = keyof typeof blends;
export const blendNames = Object.keys(blends) as readonly Blend[];

/** `factor` of the blend and the rest of the first picture; the second is brought to its size. */
export function blendImages(image: Planes, over: Planes, factor: number, by: Blend): Planes {
  const [images, , height, width] = image.shape;
  const other = withImages(resampled(over, width, height, 'bicubic', true), images).data;
  return mapped(image, (value, i) => value * (1 - factor) + blends[by](value, other[i]!) * factor);
}
