import { latentFromBatch } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.from-batch',
  title: 'Latent from batch',
  about: 'Takes some latents out of several.',
  synonyms: ['select', 'pick', 'index', 'split'],
  inputs: {
    latent: link('latent'),
    index: int({
      default: 0,
      min: 0,
      max: 4095,
      help: 'The first one, counted from 0; the last one where there are fewer.',
    }),
    length: int({ default: 1, min: 1, max: 4096, help: 'How many.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, index, length }) => ({
        latent: latentFrom(ctx.tensor, latentFromBatch(await readLatent(ctx.tensor, latent, 'latent'), index, length)),
      })),
    );
  },
});
