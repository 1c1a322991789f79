import { multiplyLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.multiply',
  title: 'Multiply latent',
  about: 'Multiplies every number of latents.',
  synonyms: ['scale', 'strength'],
  inputs: {
    latent: link('latent'),
    factor: float({ default: 1, min: -10, max: 10, step: 0.01, help: 'By what; 1 changes nothing.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, factor }) => ({
        latent: latentFrom(ctx.tensor, multiplyLatent(await readLatent(ctx.tensor, latent, 'latent'), factor)),
      })),
    );
  },
});
