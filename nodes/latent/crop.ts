import { cropLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.crop',
  title: 'Crop latent',
  about: 'Cuts a box out of latents.',
  synonyms: ['cut', 'box'],
  inputs: {
    latent: link('latent'),
    width: int({
      default: 512,
      min: 8,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'How wide the box is. 8 pixels are a cell of the latent.',
    }),
    height: int({ default: 512, min: 8, max: limits.imageSidePx, step: 8, unit: 'px', help: 'How high the box is.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the box begins, from the left; at most 8 cells before the right border.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the box begins, from the top; at most 8 cells before the lower border.',
    }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, width, height, x, y }) => ({
        latent: latentFrom(ctx.tensor, cropLatent(await readLatent(ctx.tensor, latent, 'latent'), width, height, x, y)),
      })),
    );
  },
});
