import { roundHalfEven } from '../line.ts';
import { boxOf, joined, mapped, type Planes, planesOf, valueAt, withImages } from './planes.ts';
import { type Resample, resampled } from './resample.ts';

// What ComfyUI's nodes do with latents. Places and sizes are in pixels: 8 of them are a cell.

const cells = (pixels: number): number => Math.floor(pixels / 8);

/** Brought to the size and number of images of another. */
const like = (planes: Planes, { shape: [images, , height, width] }: Planes, by: Resample = 'bilinear'): Planes =>
  withImages(resampled(planes, width, height, by, true), images);

const combined = (a: Planes, b: Planes, of: (a: number, b: number) => number): Planes =>
  mapped(a, (value, i) => of(value, b.data[i]!));

export const blendLatents = (a: Planes, b: Planes, factor: number): Planes =>
  combined(a, like(b, a, 'bicubic'), (one, other) => one * factor + other * (1 - factor));

export const addLatents = (a: Planes, b: Planes): Planes => combined(a, like(b, a), (one, other) => one + other);
export const subtractLatents = (a: Planes, b: Planes): Planes => combined(a, like(b, a), (one, other) => one - other);
export const multiplyLatent = (a: Planes, factor: number): Planes => mapped(a, (value) => value * factor);

/** Directions over the channels and their lengths, each between both. */
export function interpolateLatents(a: Planes, b: Planes, ratio: number): Planes {
  const other = like(b, a);
  const [la, lb] = [channelLengths(a), channelLengths(other)];
  const over = (value: number, length: number) => (length === 0 ? 0 : value / length);
  const direction = planesOf(a.shape, (n, c, y, x) => {
    const [one, two] = [valueAt(la, n, 0, y, x), valueAt(lb, n, 0, y, x)];
    return over(valueAt(a, n, c, y, x), one) * ratio + over(valueAt(other, n, c, y, x), two) * (1 - ratio);
  });
  const lengths = channelLengths(direction);
  return planesOf(a.shape, (n, c, y, x) => {
    const wanted = valueAt(la, n, 0, y, x) * ratio + valueAt(lb, n, 0, y, x) * (1 - ratio);
    return over(valueAt(direction, n, c, y, x), valueAt(lengths, n, 0, y, x)) * wanted;
  });
}

function channelLengths(planes: Planes): Planes {
  const [images, channels, height, width] = planes.shape;
  return planesOf([images, 1, height, width], (n, _, y, x) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += valueAt(planes, n, c, y, x) ** 2;
    return Math.sqrt(sum);
  });
}

/** One laid on the other; on edges that are not the border's it fades in over `feather` pixels. */
export function compositeLatents(to: Planes, from: Planes, x: number, y: number, feather: number): Planes {
  const [, , height, width] = to.shape;
  const [left, top, soft] = [cells(x), cells(y), cells(feather)];
  const piece = withImages(boxOf(from, 0, 0, height - top, width - left), to.shape[0]);
  const [, , h, w] = piece.shape;
  const fade = (distance: number) => (distance < soft ? (distance + 1) / soft : 1);
  return planesOf(to.shape, (n, c, row, column) => {
    const [py, px] = [row - top, column - left];
    const had = valueAt(to, n, c, row, column);
    if (py < 0 || px < 0 || py >= h || px >= w) return had;
    let weight = 1;
    if (top !== 0) weight *= fade(py);
    if (top + h < height) weight *= fade(h - 1 - py);
    if (left !== 0) weight *= fade(px);
    if (left + w < width) weight *= fade(w - 1 - px);
    return valueAt(piece, n, c, py, px) * weight + had * (1 - weight);
  });
}

/** One laid on the other through a mask, which is brought to the size of what is laid on. */
export function compositeMasked(
  to: Planes,
  from: Planes,
  left: number,
  top: number,
  mask: Planes | null,
  isResized: boolean,
): Planes {
  const [images, , height, width] = to.shape;
  const source = withImages(isResized ? resampled(from, width, height, 'bilinear') : from, images);
  const [, , h, w] = source.shape;
  const over = mask && withImages(resampled(mask, w, h, 'bilinear'), images);
  return planesOf(to.shape, (n, c, y, x) => {
    const [py, px] = [y - top, x - left];
    const had = valueAt(to, n, c, y, x);
    if (py < 0 || px < 0 || py >= h || px >= w) return had;
    const share = over ? valueAt(over, n, 0, py, px) : 1;
    return share * valueAt(source, n, c, py, px) + (1 - share) * had;
  });
}

export const flipLatent = (planes: Planes, way: 'vertically' | 'horizontally'): Planes => {
  const [, , height, width] = planes.shape;
  return planesOf(planes.shape, (n, c, y, x) =>
    way === 'vertically' ? valueAt(planes, n, c, height - 1 - y, x) : valueAt(planes, n, c, y, width - 1 - x),
  );
};

/** Clockwise. */
export function rotateLatent(planes: Planes, quarters: 0 | 1 | 2 | 3): Planes {
  if (quarters === 0) return planes;
  const [images, channels, height, width] = planes.shape;
  const turned = planesOf([images, channels, width, height], (n, c, y, x) => valueAt(planes, n, c, height - 1 - x, y));
  return rotateLatent(turned, (quarters - 1) as 0 | 1 | 2);
}

/** The corner stays 8 cells from the far border at least. */
export function cropLatent(planes: Planes, width: number, height: number, x: number, y: number): Planes {
  const [, , h, w] = planes.shape;
  const [top, left] = [Math.max(0, Math.min(cells(y), h - 8)), Math.max(0, Math.min(cells(x), w - 8))];
  return boxOf(planes, top, left, cells(height), cells(width));
}

export type Side = 'x' | '-x' | 'y' | '-y';

export function concatLatents(a: Planes, b: Planes, side: Side): Planes {
  const axis = side.endsWith('x') ? 3 : 2;
  const other = withImages(b, a.shape[0]);
  return side.startsWith('-') ? joined(other, a, axis) : joined(a, other, axis);
}

/** `amount` rows or columns from `index`, which counts from the end where it is below 0. */
export function cutLatent(planes: Planes, side: 'x' | 'y', index: number, amount: number): Planes {
  const [, , h, w] = planes.shape;
  const size = side === 'x' ? w : h;
  const from = index >= 0 ? Math.min(index, size - 1) : size + Math.max(index, -size);
  const count = Math.min(amount, size - from);
  return side === 'x' ? boxOf(planes, 0, from, h, count) : boxOf(planes, from, 0, count, w);
}

export const repeatLatent = (planes: Planes, amount: number): Planes => withImages(planes, planes.shape[0] * amount);

export function latentFromBatch(planes: Planes, index: number, length: number): Planes {
  const [images, ...rest] = planes.shape;
  const from = Math.min(index, images - 1);
  return planesOf([Math.min(images - from, length), ...rest], (n, c, y, x) => valueAt(planes, from + n, c, y, x));
}

export const batchLatents = (a: Planes, b: Planes): Planes =>
  joined(a, resampled(b, a.shape[3], a.shape[2], 'bilinear', true), 0);

/** Cells of a latent of `width` by `height` pixels; one that is 0 follows from the shape, both 0 change nothing. */
export function upscaledSize(
  { shape: [, , h, w] }: Pick<Planes, 'shape'>,
  width: number,
  height: number,
): readonly [number, number] {
  if (width === 0 && height === 0) return [w, h];
  const side = (pixels: number) => Math.floor(Math.max(64, pixels) / 8);
  if (width === 0) return [Math.max(8, roundHalfEven((w * side(height)) / h)), side(height)];
  if (height === 0) return [side(width), Math.max(8, roundHalfEven((h * side(width)) / w))];
  return [side(width), side(height)];
}

export const scaledSize = (
  { shape: [, , h, w] }: Pick<Planes, 'shape'>,
  factor: number,
): readonly [width: number, height: number] => [
  Math.max(1, roundHalfEven(w * factor)),
  Math.max(1, roundHalfEven(h * factor)),
];
