import { subtractLatents } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.subtract',
  title: 'Subtract latents',
  about: 'Takes one latent from another.',
  synonyms: ['difference', 'minus'],
  inputs: {
    latent: link('latent'),
    other: link('latent', { help: 'What is taken away; it is brought to the size of the first.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, other }) => {
        const one = await readLatent(ctx.tensor, latent, 'latent');
        const two = await readLatent(ctx.tensor, other, 'other', latent);
        return { latent: latentFrom(ctx.tensor, subtractLatents(one, two)) };
      }),
    );
  },
});
