import { batchLatents } from '../../src-main/diffusion/planes/latent-ops.ts';
import { allowLatents, latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.batch',
  title: 'Batch latents',
  about: 'Puts latents together, to go on as one.',
  synonyms: ['join', 'list', 'collect', 'combine'],
  inputs: {
    latent: link('latent'),
    other: link('latent', { help: 'What comes after; it is brought to the size of the first.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, other }) => {
        const one = await readLatent(ctx.tensor, latent, 'latent');
        const two = await readLatent(ctx.tensor, other, 'other', latent);
        allowLatents('latent.batch', 'other', one.shape[0] + two.shape[0], one.shape[3], one.shape[2]);
        return { latent: latentFrom(ctx.tensor, batchLatents(one, two)) };
      }),
    );
  },
});
