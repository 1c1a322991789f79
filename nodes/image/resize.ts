import { fail } from '../../src-main/model/errors.ts';
import { choice, int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { elementsOf } from '../../src-main/model/tensor.ts';

type Size = readonly [width: number, height: number];

const sizeOf = (image: TensorRef): Size => [image.shape[2] ?? 0, image.shape[1] ?? 0];

/** A side of 0 follows the other one in proportion; two of them leave the picture as it is. */
function targetOf([w, h]: Size, width: number, height: number): Size {
  if (width === 0 && height === 0) return [w, h];
  if (width === 0) return [Math.max(1, Math.round((w * height) / h)), height];
  if (height === 0) return [width, Math.max(1, Math.round((h * width) / w))];
  return [width, height];
}

/** What to resize to before cropping or padding: the picture's proportions, covering or within the target. */
function scaledSize([w, h]: Size, [width, height]: Size, fit: 'stretch' | 'crop' | 'pad'): Size {
  if (fit === 'stretch') return [width, height];
  const pick = fit === 'crop' ? Math.max : Math.min;
  const factor = pick(width / w, height / h);
  return [Math.max(1, Math.round(w * factor)), Math.max(1, Math.round(h * factor))];
}

/** The middle of `from` laid on the middle of a black picture of another size; what does not fit is cut. */
function centred(from: Uint8Array, [w, h]: Size, [width, height]: Size): Uint8Array {
  const to = new Uint8Array(width * height * 3);
  const [columns, rows] = [Math.min(w, width), Math.min(h, height)];
  const [fromX, fromY] = [(w - columns) >> 1, (h - rows) >> 1];
  const [toX, toY] = [(width - columns) >> 1, (height - rows) >> 1];
  for (let y = 0; y < rows; y++) {
    const start = ((fromY + y) * w + fromX) * 3;
    to.set(from.subarray(start, start + columns * 3), ((toY + y) * width + toX) * 3);
  }
  return to;
}

export default defineNode({
  type: 'image.resize',
  title: 'Resize image',
  about: 'Brings pictures to a size in pixels.',
  synonyms: ['scale', 'image scale', 'crop', 'pad', 'fit', 'lanczos'],
  inputs: {
    image: link('image'),
    width: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: '0 follows the height, in proportion.',
    }),
    height: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: '0 follows the width, in proportion.',
    }),
    fit: choice(['stretch', 'crop', 'pad'], {
      default: 'crop',
      help: 'What to do when the proportions differ: stretch the picture, cut what sticks out, or add black bars.',
    }),
    filter: choice(['nearest', 'bilinear', 'bicubic', 'lanczos'], {
      default: 'lanczos',
      advanced: true,
      help: 'Lanczos is the sharpest; nearest keeps the hard edges of pixel art.',
    }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, width, height, fit, filter }) => {
        const target = targetOf(sizeOf(image), width, height);
        const scaled = scaledSize(sizeOf(image), target, fit);
        for (const [w, h] of [target, scaled])
          if (w * h > limits.imagePixels)
            fail('image.tooLarge', { name: 'image.resize', width: w, height: h, limit: limits.imagePixels });
        const resized = await Promise.all(
          ctx.tensor.split(image).map(async (one) => {
            const made = await ctx.pixels.resize(one, ...scaled, filter);
            if (scaled[0] === target[0] && scaled[1] === target[1]) return made;
            const bytes = (await ctx.tensor.read(made)) as Uint8Array;
            return ctx.tensor.from(centred(bytes.subarray(0, elementsOf(made.shape)), scaled, target), 'uint8', [
              1,
              target[1],
              target[0],
              3,
            ]);
          }),
        );
        return { image: ctx.tensor.stack(resized) };
      }),
    );
  },
});
