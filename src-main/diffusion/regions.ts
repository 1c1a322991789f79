import { roundHalfEven } from './line.ts';
import type { NoiseModel } from './noise-model.ts';
import { resampled } from './planes/resample.ts';

// Where and when a conditioning counts, as ComfyUI says it: areas, masks, strengths and shares of the way.

/** In cells of the latent. */
export interface Crop {
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
}

export interface Mask {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0..1. */
  readonly data: ArrayLike<number>;
}

/** What a conditioning says of itself. All of it is optional: without anything it counts everywhere and always. */
export interface Region {
  readonly strength?: number;
  /** In pixels. */
  readonly area?: readonly [width: number, height: number, x: number, y: number];
  /** As shares of the picture. */
  readonly areaPercent?: readonly [width: number, height: number, x: number, y: number];
  readonly mask?: Mask;
  readonly maskStrength?: number;
  /** Only the box around what the mask has is computed. */
  readonly toMaskBounds?: boolean;
  /** Shares of the model's way, 0 at its noisy end. */
  readonly start?: number;
  readonly end?: number;
}

/** A region in the cells of a latent of one size. */
export interface Placed<C> {
  readonly of: C;
  readonly strength: number;
  readonly crop: Crop | null;
  readonly mask: Mask | null;
  readonly start?: number;
  readonly end?: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether it counts at this sigma; both ends are within. */
export function isActive({ start, end }: Pick<Region, 'start' | 'end'>, sigma: number, model: NoiseModel): boolean {
  const now = Math.fround(sigma);
  if (start !== undefined && now > Math.fround(model.sigmaAt(start))) return false;
  return end === undefined || now >= Math.fround(model.sigmaAt(end));
}

export function placed<C>(of: C, region: Region, size: Size, cell = 8): Placed<C> {
  const { strength = 1, maskStrength = 1 } = region;
  const resized = region.mask ? sized(region.mask, size) : null;
  const mask = resized && { ...resized, data: Float64Array.from(resized.data, (value) => value * maskStrength) };
  return {
    of,
    strength,
    crop: cropOf(region, size, cell, resized),
    mask,
    ...(region.start === undefined ? {} : { start: region.start }),
    ...(region.end === undefined ? {} : { end: region.end }),
  };
}

/** Whether any of it lies in the latent. */
export const isInside = ({ crop }: Placed<unknown>): boolean => crop === null || (crop.width > 0 && crop.height > 0);

const sized = ({ width, height, data }: Mask, to: Size): Mask => ({
  ...to,
  data: resampled({ shape: [1, 1, height, width], data }, to.width, to.height, 'bilinear').data,
});

function cropOf({ area, areaPercent, toMaskBounds }: Region, size: Size, cell: number, mask: Mask | null): Crop | null {
  if (toMaskBounds && mask) return clipped(boundsOf(mask), size);
  if (area) {
    const [width, height, x, y] = area.map((value) => Math.floor(value / cell)) as [number, number, number, number];
    return clipped({ y, x, height, width }, size);
  }
  if (!areaPercent) return null;
  const [width, height, x, y] = areaPercent;
  return clipped(
    {
      height: Math.max(1, roundHalfEven(height * size.height)),
      width: Math.max(1, roundHalfEven(width * size.width)),
      y: roundHalfEven(y * size.height),
      x: roundHalfEven(x * size.width),
    },
    size,
  );
}

const clipped = ({ y, x, height, width }: Crop, size: Size): Crop => ({
  y,
  x,
  height: Math.min(height, size.height - y),
  width: Math.min(width, size.width - x),
});

/** The box around what is not 0, at least 8 cells wide and high; in the corner where nothing is. */
function boundsOf({ data, width, height }: Mask): Crop {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  if (right < 0) return { y: 0, x: 0, height: 8, width: 8 };
  return { y: top, x: left, height: Math.max(8, bottom - top + 1), width: Math.max(8, right - left + 1) };
}

const contains = (outer: Crop, inner: Crop): boolean =>
  inner.y >= outer.y &&
  inner.x >= outer.x &&
  outer.y + outer.height >= inner.y + inner.height &&
  outer.x + outer.width >= inner.x + inner.width;

const isSame = (a: Crop, b: Crop): boolean => contains(a, b) && contains(b, a);

/**
 * Both sides of guidance see the same areas: for each area of one side the other gets an entry in it, with the
 * conditioning of its smallest entry that contains the area, or of one without an area.
 */
export function facing<C>(
  positive: readonly Placed<C>[],
  negative: readonly Placed<C>[],
): { readonly positive: readonly Placed<C>[]; readonly negative: readonly Placed<C>[] } {
  const [one, other] = facingAll([positive, negative]);
  return { positive: one!, negative: other! };
}

/** The same for any number of sides. */
export function facingAll<C>(sides: readonly (readonly Placed<C>[])[]): readonly (readonly Placed<C>[])[] {
  const all = sides.map((side) => [...side]);
  for (const from of all) for (const to of all) if (from !== to) mirror(from, to);
  return all;
}

function mirror<C>(from: readonly Placed<C>[], to: Placed<C>[]): void {
  for (const entry of from) {
    const { crop } = entry;
    if (!crop) continue;
    let smallest: Placed<C> | null = null;
    for (const other of to) {
      if (!other.crop) smallest ??= other;
      else if (contains(other.crop, crop)) {
        const known: Crop | null = smallest?.crop ?? null;
        if (!known || known.height * known.width > other.crop.height * other.crop.width) smallest = other;
      }
    }
    if (!smallest || (smallest.crop && isSame(smallest.crop, crop))) continue;
    to.push({ ...entry, of: smallest.of });
  }
}

/** How much each cell of its crop counts. An area without a mask has soft edges where it does not touch the border. */
export function weightsOf({ strength, crop, mask }: Placed<unknown>, size: Size): Float64Array {
  const { y, x, height, width } = crop ?? { y: 0, x: 0, ...size };
  const weights = new Float64Array(width * height).fill(strength);
  if (mask) {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        weights[row * width + column]! *= mask.data[(y + row) * mask.width + x + column]!;
    return weights;
  }
  if (!crop) return weights;
  const [across, down] = [Math.min(8, Math.floor(width / 4)), Math.min(8, Math.floor(height / 4))];
  const fade = (distance: number, over: number) => (distance < over ? (distance + 1) / over : 1);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      let weight = 1;
      if (y > 0) weight *= fade(row, down);
      if (y + height < size.height) weight *= fade(height - 1 - row, down);
      if (x > 0) weight *= fade(column, across);
      if (x + width < size.width) weight *= fade(width - 1 - column, across);
      weights[row * width + column]! *= weight;
    }
  return weights;
}

/** The piece of a latent [planes, height, width] in a crop. */
export function cropped(data: ArrayLike<number>, planes: number, size: Size, crop: Crop | null): Float64Array {
  if (!crop) return Float64Array.from(data);
  const piece = new Float64Array(planes * crop.height * crop.width);
  let at = 0;
  for (let plane = 0; plane < planes; plane++)
    for (let row = 0; row < crop.height; row++) {
      const from = (plane * size.height + crop.y + row) * size.width + crop.x;
      for (let column = 0; column < crop.width; column++) piece[at++] = data[from + column]!;
    }
  return piece;
}

/** The weighted mean of what the entries of one side saw, each in its crop; 0 where none counts. */
export function combined(
  seen: readonly { readonly placed: Placed<unknown>; readonly values: ArrayLike<number> }[],
  planes: number,
  size: Size,
): Float64Array {
  const [only] = seen;
  const { crop, mask, strength } = only?.placed ?? { crop: null, mask: null, strength: 0 };
  // Alone and everywhere it is the mean. This is asked at every step, so the loops below are plain too.
  if (only && seen.length === 1 && !crop && !mask && strength > 0) return Float64Array.from(only.values);
  const cells = size.height * size.width;
  const sum = new Float64Array(planes * cells);
  const counts = new Float64Array(cells).fill(1e-37);
  for (const { placed: entry, values } of seen) {
    const { y, x, height, width } = entry.crop ?? { y: 0, x: 0, ...size };
    const weights = weightsOf(entry, size);
    for (let row = 0; row < height; row++) {
      const to = (y + row) * size.width + x;
      for (let column = 0; column < width; column++) counts[to + column]! += weights[row * width + column]!;
      for (let plane = 0; plane < planes; plane++) {
        const [into, from] = [plane * cells + to, (plane * height + row) * width];
        for (let column = 0; column < width; column++)
          sum[into + column]! += weights[row * width + column]! * values[from + column]!;
      }
    }
  }
  for (let plane = 0; plane < planes; plane++)
    for (let cell = 0; cell < cells; cell++) sum[plane * cells + cell]! /= counts[cell]!;
  return sum;
}
