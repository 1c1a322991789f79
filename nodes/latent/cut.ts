import { cutLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.cut',
  title: 'Cut latent',
  about: 'Keeps some columns or rows of latents.',
  synonyms: ['slice', 'strip'],
  inputs: {
    latent: link('latent'),
    side: choice(['x', 'y'], { default: 'x', help: 'Columns, or rows.' }),
    index: int({ default: 0, min: -16_384, max: 16_384, help: 'The first one, counted from 0; below 0 from the end.' }),
    amount: int({ default: 1, min: 1, max: 16_384, help: 'How many cells.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, side, index, amount }) => ({
        latent: latentFrom(ctx.tensor, cutLatent(await readLatent(ctx.tensor, latent, 'latent'), side, index, amount)),
      })),
    );
  },
});
