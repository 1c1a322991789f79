import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.decode',
  title: 'Decode latent',
  about: 'Turns latents into pictures with the decoder half of a VAE.',
  synonyms: ['vae decode', 'latent to image'],
  inputs: {
    latent: link('latent'),
    vae: link('vae', { help: 'The VAE of the pack that made the latent.' }),
  },
  outputs: { image: 'image' },
  parts: { vae: ['vae-decoder'] },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, vae }) => {
        const rows = ctx.tensor.split(latent).map((one) => ({ latent: one }));
        const given = await ctx.call(vae, 'vae-decoder', rows);
        return { image: ctx.tensor.stack(given.map(({ image }) => image)) };
      }),
    );
  },
});
