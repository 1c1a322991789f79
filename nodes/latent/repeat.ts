import { repeatLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { allowLatents, latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.repeat',
  title: 'Repeat latents',
  about: 'Takes the same latents several times.',
  synonyms: ['duplicate', 'copy', 'batch'],
  inputs: {
    latent: link('latent'),
    amount: int({ default: 1, min: 1, max: limits.imagesPerRun, help: 'How many times.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, amount }) => {
        const planes = await readLatent(ctx.tensor, latent, 'latent');
        const [images, , height, width] = planes.shape;
        allowLatents('latent.repeat', 'amount', images * amount, width, height);
        return { latent: latentFrom(ctx.tensor, repeatLatent(planes, amount)) };
      }),
    );
  },
});
