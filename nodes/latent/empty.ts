import { latentShape } from '../../src-main/diffusion/latents.ts';
import { fail } from '../../src-main/model/errors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

/** Pixels of all pictures of one latent together. */
const mostPixels = 4 * limits.imagePixels;

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

  prepare({ denoiser, width, height, count }, ctx) {
    if (denoiser === undefined || width === undefined || height === undefined || count === undefined)
      return fail('input.notPlanned', { node: 'latent.empty', input: 'width', source: '' }, { input: 'width' });
    const facts = ctx.facts(denoiser);
    const [w, h] = [width || facts.defaults.width, height || facts.defaults.height];
    const limit = Math.floor(mostPixels / count);
    if (w * h > limit) fail('image.tooLarge', { name: 'latent.empty', width: w, height: h, limit }, { input: 'count' });
    return { shape: latentShape(facts, count, w, h) };
  },

  async run(items, ctx) {
    return items.map(({ prepared: { shape } }) => ({ latent: ctx.tensor.full(shape, 0) }));
  },
});
