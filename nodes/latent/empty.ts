import { fail } from '../../src-main/model/errors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';

/** Pixels of all pictures of one latent together. */
const mostPixels = 4 * limits.imagePixels;

/** @throws AppError pack.sizeNotAllowed, image.tooLarge */
function checkedSize(pack: PackFacts, givenWidth: number, givenHeight: number, count: number) {
  const width = givenWidth || pack.defaults.width;
  const height = givenHeight || pack.defaults.height;
  const { fixed, multiple } = pack.sizes;
  const isFixed = fixed.some(([w, h]) => w === width && h === height);
  const isMultiple = fixed.length === 0 && width % multiple === 0 && height % multiple === 0;
  if (!isFixed && !isMultiple)
    fail(
      'pack.sizeNotAllowed',
      {
        pack: pack.title,
        width,
        height,
        allowed: fixed.length > 0 ? fixed.map(([w, h]) => `${w}×${h}`).join(', ') : `${multiple}`,
      },
      { input: width % multiple === 0 ? 'height' : 'width' },
    );
  if (width * height * count > mostPixels)
    fail(
      'image.tooLarge',
      { name: 'latent.empty', width, height, limit: Math.floor(mostPixels / count) },
      { input: 'count' },
    );
  return { width, height };
}

export default defineNode({
  type: 'latent.empty',
  title: 'Empty latent',
  about: 'Makes blank latents of a size for the sampler to draw on.',
  synonyms: ['size', 'canvas', 'resolution', 'batch', 'empty latent image'],
  inputs: {
    denoiser: link('denoiser', { help: 'The denoiser that will draw: it decides how a latent looks inside.' }),
    width: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: '0 takes the size that the pack draws best.',
    }),
    height: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: '0 takes the size that the pack draws best.',
    }),
    count: int({
      default: 1,
      min: 1,
      max: limits.imagesPerRun,
      help: 'How many pictures to make; picture i has the seed plus i.',
    }),
  },
  outputs: { latent: 'latent' },

  prepare({ denoiser, width = 0, height = 0, count = 1 }, ctx) {
    if (denoiser === undefined)
      return fail(
        'input.notSet',
        { node: 'latent.empty', input: 'denoiser', wanted: 'denoiser' },
        { input: 'denoiser' },
      );
    return checkedSize(ctx.facts(denoiser), width, height, count);
  },

  async run(items, ctx) {
    return items.map(({ denoiser, count, prepared: { width, height } }) => {
      const { channels, downscale } = ctx.facts(denoiser).latent;
      return { latent: ctx.tensor.full([count, channels, height / downscale, width / downscale], 0) };
    });
  },
});
