import { concatLatents } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.concat',
  title: 'Concat latents',
  about: 'Puts one latent beside another.',
  synonyms: ['join', 'side by side', 'append', 'stitch'],
  inputs: {
    latent: link('latent'),
    other: link('latent', { help: 'What is put beside it; the sides that touch have to be equal.' }),
    side: choice(['x', '-x', 'y', '-y'], { default: 'x', help: 'On the right, on the left, below or above.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, other, side }) => {
        const one = await readLatent(ctx.tensor, latent, 'latent');
        const touching = side.endsWith('x') ? { height: one.shape[2] } : { width: one.shape[3] };
        const two = await readLatent(ctx.tensor, other, 'other', latent, touching);
        return { latent: latentFrom(ctx.tensor, concatLatents(one, two, side)) };
      }),
    );
  },
});
