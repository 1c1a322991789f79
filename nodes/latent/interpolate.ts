import { interpolateLatents } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.interpolate',
  title: 'Interpolate latents',
  about: 'Goes from one latent to another, along directions and lengths.',
  synonyms: ['lerp', 'slerp', 'mix', 'morph'],
  inputs: {
    latent: link('latent'),
    other: link('latent', { help: 'Where it goes to; it is brought to the size of the first.' }),
    ratio: float({ default: 0.5, min: 0, max: 1, step: 0.01, help: 'How much of the first is kept: 1 is all of it.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, other, ratio }) => {
        const one = await readLatent(ctx.tensor, latent, 'latent');
        const two = await readLatent(ctx.tensor, other, 'other', latent);
        return { latent: latentFrom(ctx.tensor, interpolateLatents(one, two, ratio)) };
      }),
    );
  },
});
