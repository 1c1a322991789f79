import { fail } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { TensorMath } from '../../model/node-type.ts';
import type { TensorRef } from '../../model/tensor.ts';
import type { Planes } from './planes.ts';

// Between nodes pictures and masks are bytes, where ComfyUI's are floats: each result is its nearest of 256 levels. One
// operation is off by half a level at most; several in a row by half a level each.

const shapeOf = ({ shape }: TensorRef): string => `[${shape.join(', ')}]`;

/** A picture or a mask as values in 0..1, float32 as the reference's are. */
export async function readPicture(math: TensorMath, picture: TensorRef): Promise<Planes> {
  const [images = 0, height = 0, width = 0, channels = 0] = picture.shape;
  const bytes = (await math.read(picture)) as Uint8Array;
  const cells = height * width;
  const data = new Float32Array(images * channels * cells);
  for (let n = 0; n < images; n++)
    for (let c = 0; c < channels; c++) {
      const [to, from] = [(n * channels + c) * cells, n * cells * channels + c];
      for (let i = 0; i < cells; i++) data[to + i] = bytes[from + i * channels]! / 255;
    }
  return { shape: [images, channels, height, width], data };
}

/** The opposite: each value its nearest byte, what is outside 0..1 cut. */
export function pictureFrom(math: TensorMath, { shape: [images, channels, height, width], data }: Planes): TensorRef {
  const cells = height * width;
  const bytes = new Uint8Array(images * channels * cells);
  for (let n = 0; n < images; n++)
    for (let c = 0; c < channels; c++) {
      const [from, to] = [(n * channels + c) * cells, n * cells * channels + c];
      for (let i = 0; i < cells; i++)
        bytes[to + i * channels] = Math.round(Math.min(Math.max(data[from + i]!, 0), 1) * 255);
    }
  return math.from(bytes, 'uint8', [images, height, width, channels]);
}

/**
 * `like`: a latent whose channels it must have; `touching`: a side that it must have besides.
 * @throws AppError latent.doesNotFit
 */
export async function readLatent(
  math: TensorMath,
  latent: TensorRef,
  input: string,
  like: TensorRef = latent,
  touching: { readonly height?: number; readonly width?: number } = {},
): Promise<Planes> {
  const [images = 0, channels = 0, height = 0, width = 0] = latent.shape;
  const wanted = [images, like.shape[1] ?? channels, touching.height ?? height, touching.width ?? width] as const;
  const shape = [images, channels, height, width] as const;
  if (latent.shape.length !== 4 || shape.some((side, i) => side !== wanted[i])) {
    const { height: high = 'height', width: wide = 'width' } = touching;
    const known = latent.shape.length === 4 ? wanted[1] : 'channels';
    fail('latent.doesNotFit', { given: shapeOf(latent), wanted: `[images, ${known}, ${high}, ${wide}]` }, { input });
  }
  return { shape, data: (await math.read(latent)) as Float32Array };
}

export const latentFrom = (math: TensorMath, { shape, data }: Planes): TensorRef =>
  math.from(Float32Array.from(data), 'float32', shape);

/** Pixels of all pictures of one value together. */
const mostPixels = 4 * limits.imagePixels;

/** To be asked before memory is taken. @throws AppError image.tooLarge */
export function allowPictures(name: string, input: string, images: number, width: number, height: number): void {
  const limit = Math.min(limits.imagePixels, Math.floor(mostPixels / images));
  const isLong = Math.max(width, height) > limits.imageSidePx;
  if (isLong || width * height > limit) fail('image.tooLarge', { name, width, height, limit }, { input });
}

/** In cells: a latent's cell is drawn as 8 by 8 pixels or more. @throws AppError image.tooLarge */
export const allowLatents = (name: string, input: string, images: number, columns: number, rows: number): void =>
  allowPictures(name, input, images, columns * 8, rows * 8);
