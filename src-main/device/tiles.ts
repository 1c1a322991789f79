import type { PartKey } from '../model/ids.ts';
import { isTensorRef, type TensorRef } from '../model/tensor.ts';
import type { RowResult, RowValues, Runtime } from './runtime.ts';
import { bytesIn, type Values, viewOf } from './values.ts';

// A picture that is too large to be made in one piece: the part is called for overlapping tiles one after the other, and
// where they overlap one fades into the next. It takes the memory of a tile, and differs a little from the whole.

/** How far neighbours overlap: a quarter of a tile hides seams, and costs 1.8 times the calls' work. */
const overlapShare = 1 / 4;

/** What a row gives that brings a `latent` or an `image`, where the part makes an `image` of it. `tile` is in cells of what it takes. */
export async function callInTiles(
  runtime: Runtime,
  part: PartKey,
  rows: readonly RowValues[],
  tile: number,
): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  for (const row of rows) results.push(await rowInTiles(runtime, part, row, tile));
  return results;
}

async function rowInTiles(runtime: Runtime, part: PartKey, row: RowValues, tile: number): Promise<RowResult> {
  const name = isTensorRef(row.latent) ? 'latent' : 'image';
  const given = row[name] as TensorRef;
  const [, a = 0, b = 0, c = 0] = given.shape;
  const isPlanes = name === 'latent';
  const [height, width, channels] = isPlanes ? [b, c, a] : [a, b, c];
  if (height <= tile && width <= tile) return (await runtime.call(part, [row]))[0]!;
  const source = { values: viewOf(await runtime.download(given), given.dtype), height, width, channels, isPlanes };
  const overlap = Math.max(1, Math.round(tile * overlapShare));
  let canvas: Canvas | null = null;
  for (const top of startsOf(height, tile, overlap))
    for (const left of startsOf(width, tile, overlap)) {
      const box = { top, left, height: Math.min(tile, height), width: Math.min(tile, width) };
      const shape = isPlanes ? [1, channels, box.height, box.width] : [1, box.height, box.width, channels];
      const piece = runtime.upload(bytesIn(cut(source, box)), given.dtype, shape);
      const [made] = await runtime.call(part, [{ ...row, [name]: piece }]);
      const image = made!.image!;
      const scale = image.shape[1]! / box.height;
      canvas ??= canvasOf(height * scale, width * scale, image.shape[3]!);
      lay(canvas, await runtime.download(image), box, scale, overlap);
      runtime.dispose([piece.id, ...Object.values(made!).map(({ id }) => id)]);
    }
  const { pixels, height: h, width: w, channels: n } = canvas!;
  const whole = Uint8Array.from(pixels, (value, i) => Math.round(value / canvas!.weights[Math.floor(i / n)]!));
  return { image: runtime.upload(whole, 'uint8', [1, h, w, n]) };
}

/** Where tiles begin along a side: the last one ends where the side does. */
export function startsOf(side: number, tile: number, overlap: number): number[] {
  const starts: number[] = [];
  for (let at = 0; at + tile < side; at += tile - overlap) starts.push(at);
  starts.push(Math.max(0, side - tile));
  return starts;
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

interface Source {
  readonly values: Values;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** [channels, height, width], else [height, width, channels]. */
  readonly isPlanes: boolean;
}

function cut({ values, height, width, channels, isPlanes }: Source, box: Box): Values {
  const piece = new (values.constructor as Float32ArrayConstructor)(box.height * box.width * channels);
  const [planes, along] = isPlanes ? [channels, 1] : [1, channels];
  let to = 0;
  for (let plane = 0; plane < planes; plane++)
    for (let y = 0; y < box.height; y++) {
      const from = ((plane * height + box.top + y) * width + box.left) * along;
      piece.set((values as Float32Array).subarray(from, from + box.width * along), to);
      to += box.width * along;
    }
  return piece;
}

interface Canvas {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Sums of weight times value, and of the weights. */
  readonly pixels: Float32Array;
  readonly weights: Float32Array;
}

const canvasOf = (height: number, width: number, channels: number): Canvas => ({
  height,
  width,
  channels,
  pixels: new Float32Array(height * width * channels),
  weights: new Float32Array(height * width),
});

function lay(canvas: Canvas, image: Uint8Array, box: Box, scale: number, overlap: number): void {
  const { width, channels, pixels, weights } = canvas;
  const [rows, columns] = [box.height * scale, box.width * scale];
  const fade = overlap * scale;
  const down = fadeOf(rows, fade, box.top > 0, (box.top + box.height) * scale < canvas.height);
  const across = fadeOf(columns, fade, box.left > 0, (box.left + box.width) * scale < width);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const weight = down[y]! * across[x]!;
      const to = (box.top * scale + y) * width + box.left * scale + x;
      weights[to]! += weight;
      for (let n = 0; n < channels; n++)
        pixels[to * channels + n]! += weight * image[(y * columns + x) * channels + n]!;
    }
}

/** 1 inside, down to nearly 0 at the ends that others overlap. */
function fadeOf(length: number, fade: number, atStart: boolean, atEnd: boolean): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const start = atStart ? (i + 0.5) / fade : 1;
    const end = atEnd ? (length - i - 0.5) / fade : 1;
    return Math.min(1, start, end);
  });
}
