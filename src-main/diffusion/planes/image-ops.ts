import { roundHalfEven } from '../line.ts';
import { cropMask } from './mask-ops.ts';
import { joined, mapped, type Planes, planesOf, valueAt } from './planes.ts';
import { resampled } from './resample.ts';

// What ComfyUI's nodes do with pictures in 0..1.

export const invertImage = (image: Planes): Planes => mapped(image, (value) => 1 - value);

export const batchImages = (a: Planes, b: Planes): Planes =>
  joined(a, resampled(b, a.shape[3], a.shape[2], 'bilinear', true), 0);

export interface Margins {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A picture in a larger one, grey around it, and the mask of what is new, which reaches softly into the old. */
export function padForOutpaint(
  image: Planes,
  { left, top, right, bottom }: Margins,
  feather: number,
): { readonly image: Planes; readonly mask: Planes } {
  const [images, channels, h, w] = image.shape;
  const [height, width] = [h + top + bottom, w + left + right];
  const isIn = (y: number, x: number) => y >= top && x >= left && y < top + h && x < left + w;
  const isSoft = feather > 0 && feather * 2 < h && feather * 2 < w;
  const padded = planesOf([images, channels, height, width], (n, c, y, x) =>
    isIn(y, x) ? valueAt(image, n, c, y - top, x - left) : 0.5,
  );
  const mask = planesOf([1, 1, height, width], (_n, _c, row, column) => {
    if (!isIn(row, column)) return 1;
    if (!isSoft) return 0;
    const [y, x] = [row - top, column - left];
    const distance = Math.min(top > 0 ? y : h, bottom > 0 ? h - y : h, left > 0 ? x : w, right > 0 ? w - x : w);
    return distance >= feather ? 0 : ((feather - distance) / feather) ** 2;
  });
  return { image: padded, mask };
}

/** In pixels; one side that is 0 follows from the shape, both 0 change nothing. */
export function imageSize({ shape: [, , h, w] }: Planes, width: number, height: number): readonly [number, number] {
  if (width === 0 && height === 0) return [w, h];
  if (width === 0) return [Math.max(1, roundHalfEven((w * height) / h)), height];
  if (height === 0) return [width, Math.max(1, roundHalfEven((h * width) / w))];
  return [width, height];
}

/** About so many pixels, in the proportions of a picture; both sides multiples of `multiple`. */
export function sizeOfPixels(
  { shape: [, , h, w] }: Pick<Planes, 'shape'>,
  pixels: number,
  multiple: number,
): readonly [width: number, height: number] {
  const factor = Math.sqrt(pixels / (w * h));
  const side = (size: number) => Math.max(1, roundHalfEven((size * factor) / multiple)) * multiple;
  return [side(w), side(h)];
}

export const cropImage = cropMask;
