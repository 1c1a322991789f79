import { roundHalfEven } from '../line.ts';
import { boxOf, mapped, type Planes, planesOf, valueAt, withImages } from './planes.ts';
import { resampled } from './resample.ts';

// What ComfyUI's nodes do with masks: planes of one channel, 0..1.

/** Grown by a cell as often as `expand` says, shrunk where it is below 0. `isTapered`: not over corners. */
export function growMask({ shape, data }: Planes, expand: number, isTapered: boolean): Planes {
  // What shrinks is what grows where the mask is not.
  const sign = expand < 0 ? -1 : 1;
  let grown: Float64Array = Float64Array.from(data, (value) => sign * value);
  for (let i = 0; i < Math.abs(expand); i++) {
    const wide = widened(grown, grown, shape[3], 1);
    // Over corners one way after the other; else both ways from what was there.
    grown = widened(isTapered ? grown : wide, wide, shape[2], shape[3]);
  }
  return { shape, data: grown.map((value) => sign * value) };
}

/** The most of `into` and of the values before and behind in `from`, along an axis of `size` places, `step` apart. */
function widened(from: Float64Array, into: Float64Array, size: number, step: number): Float64Array {
  const found = into.slice();
  for (let i = 0; i < found.length; i++) {
    const at = Math.floor(i / step) % size;
    let most = found[i]!;
    if (at > 0 && from[i - step]! > most) most = from[i - step]!;
    if (at < size - 1 && from[i + step]! > most) most = from[i + step]!;
    found[i] = most;
  }
  return found;
}

/** 1 where it is more than that, else 0. */
export const thresholdMask = (mask: Planes, level: number): Planes =>
  mapped(mask, (value) => Number(value > Math.fround(level)));

const luminance = [0.299, 0.587, 0.114];
export const maskChannels = ['red', 'green', 'blue', 'luminance'] as const;
export type MaskChannel = (typeof maskChannels)[number];

/** One channel of a picture, or how bright it is. */
export function channelOf(image: Planes, channel: MaskChannel): Planes {
  const [images, , height, width] = image.shape;
  const at = maskChannels.indexOf(channel);
  return planesOf([images, 1, height, width], (n, _, y, x) => {
    if (at < 3) return valueAt(image, n, at, y, x);
    return luminance.reduce((sum, share, c) => sum + share * valueAt(image, n, c, y, x), 0);
  });
}

/** 1 where a picture has that very colour, in bytes. */
export function colorMask(image: Planes, color: readonly [red: number, green: number, blue: number]): Planes {
  const [images, , height, width] = image.shape;
  return planesOf([images, 1, height, width], (n, _, y, x) =>
    Number(color.every((wanted, c) => Math.round(valueAt(image, n, c, y, x) * 255) === wanted)),
  );
}

/** Grey pictures of it. */
export function maskImage(mask: Planes): Planes {
  const [images, , height, width] = mask.shape;
  return planesOf([images, 3, height, width], (n, _, y, x) => valueAt(mask, n, 0, y, x));
}

/** Fades in from each side over as many columns or rows as are said. */
export function featherMask(mask: Planes, left: number, top: number, right: number, bottom: number): Planes {
  const [, , height, width] = mask.shape;
  const fade = (distance: number, over: number, size: number) => {
    const most = Math.min(over, size);
    return distance < most ? (distance + 1) / most : 1;
  };
  return planesOf(
    mask.shape,
    (n, c, y, x) =>
      valueAt(mask, n, c, y, x) *
      fade(x, left, width) *
      fade(width - 1 - x, right, width) *
      fade(y, top, height) *
      fade(height - 1 - y, bottom, height),
  );
}

export const invertMask = (mask: Planes): Planes => mapped(mask, (value) => 1 - value);

const bit = (value: number): boolean => roundHalfEven(value) !== 0;
const operations = {
  multiply: (a: number, b: number) => a * b,
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  and: (a: number, b: number) => Number(bit(a) && bit(b)),
  or: (a: number, b: number) => Number(bit(a) || bit(b)),
  xor: (a: number, b: number) => Number(bit(a) !== bit(b)),
} as const;
export type MaskOperation = keyof typeof operations;
export const maskOperationNames = Object.keys(operations) as readonly MaskOperation[];

export function compositeMasks(to: Planes, from: Planes, left: number, top: number, by: MaskOperation): Planes {
  const [images] = to.shape;
  const source = withImages(from, images);
  const [, , h, w] = source.shape;
  const composed = planesOf(to.shape, (n, c, y, x) => {
    const had = valueAt(to, n, c, y, x);
    const isIn = y >= top && x >= left && y < top + h && x < left + w;
    return isIn ? operations[by](had, valueAt(source, n, c, y - top, x - left)) : had;
  });
  return mapped(composed, (value) => Math.min(Math.max(value, 0), 1));
}

export function cropMask(mask: Planes, x: number, y: number, width: number, height: number): Planes {
  const [, , h, w] = mask.shape;
  return boxOf(mask, Math.min(y, h - 1), Math.min(x, w - 1), height, width);
}

/** For a latent of that shape: resampled, the same in each channel. */
export function maskFor(mask: Planes, [images, channels, height, width]: Planes['shape']): Planes {
  const sized = withImages(resampled(mask, width, height, 'bilinear'), images);
  return planesOf([images, channels, height, width], (n, _, y, x) => valueAt(sized, n, 0, y, x));
}

/** Pictures and a mask, cut to multiples of 8 in the middle. */
function cutTogether(pixels: Planes, mask: Planes): { readonly pixels: Planes; readonly mask: Planes } {
  const [, , h, w] = pixels.shape;
  const sized = resampled(mask, w, h, 'bilinear');
  const [height, width] = [h - (h % 8), w - (w % 8)];
  const [top, left] = [Math.floor((h % 8) / 2), Math.floor((w % 8) / 2)];
  return { pixels: boxOf(pixels, top, left, height, width), mask: boxOf(sized, top, left, height, width) };
}

/** What an inpainting run encodes: grey where the mask is, and the mask of the noise, grown by `grow` pixels. */
export function forInpainting(
  given: Planes,
  mask: Planes,
  grow: number,
): { readonly pixels: Planes; readonly noiseMask: Planes } {
  const cut = cutTogether(given, mask);
  const hard = mapped(cut.mask, roundHalfEven);
  const images = cut.pixels.shape[0];
  const over = withImages(hard, images);
  const pixels = planesOf(cut.pixels.shape, (n, c, y, x) =>
    valueAt(over, n, 0, y, x) !== 0 ? 0.5 : valueAt(cut.pixels, n, c, y, x),
  );
  if (grow === 0) return { pixels, noiseMask: hard };
  const [, , height, width] = hard.shape;
  const pad = Math.ceil((grow - 1) / 2);
  const noiseMask = planesOf(hard.shape, (n, c, y, x) => {
    let sum = 0;
    for (let dy = 0; dy < grow; dy++)
      for (let dx = 0; dx < grow; dx++) {
        const [py, px] = [y - pad + dy, x - pad + dx];
        if (py >= 0 && px >= 0 && py < height && px < width) sum += valueAt(hard, n, c, py, px);
      }
    return roundHalfEven(Math.min(sum, 1));
  });
  return { pixels, noiseMask };
}

/** What a model made for inpainting is given besides: the mask in the size of the cut pictures. */
export const maskForModel = (pixels: Planes, mask: Planes): Planes => cutTogether(pixels, mask).mask;
