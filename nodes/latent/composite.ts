import { compositeLatents } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.composite',
  title: 'Composite latents',
  about: 'Lays one latent on another, fading in at the edges.',
  synonyms: ['paste', 'overlay', 'layer', 'feather'],
  inputs: {
    destination: link('latent', { help: 'The latent below; the result has its size.' }),
    source: link('latent', { help: 'The latent that is laid on it.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the upper latent begins, from the left. 8 pixels are a cell of the latent.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the upper latent begins, from the top.',
    }),
    feather: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Over how many pixels it fades in, at edges that are not the border.',
    }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ destination, source, x, y, feather }) => {
        const below = await readLatent(ctx.tensor, destination, 'destination');
        const above = await readLatent(ctx.tensor, source, 'source', destination);
        return { latent: latentFrom(ctx.tensor, compositeLatents(below, above, x, y, feather)) };
      }),
    );
  },
});
