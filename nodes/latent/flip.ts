import { flipLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.flip',
  title: 'Flip latent',
  about: 'Mirrors latents.',
  synonyms: ['mirror', 'horizontal', 'vertical'],
  inputs: {
    latent: link('latent'),
    direction: choice(['vertically', 'horizontally'], {
      default: 'horizontally',
      help: 'Upside down, or left to right.',
    }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, direction }) => ({
        latent: latentFrom(ctx.tensor, flipLatent(await readLatent(ctx.tensor, latent, 'latent'), direction)),
      })),
    );
  },
});
