import { latentShape } from '../../src-main/diffusion/latents.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.encode',
  title: 'Encode image',
  about: 'Turns pictures into latents with the encoder half of a VAE, to be drawn over.',
  synonyms: ['vae encode', 'image to latent', 'img2img'],
  inputs: {
    image: link('image', { help: 'Its size must be one that the pack takes; put a resize in front.' }),
    vae: link('vae', { help: 'The VAE of the pack that will draw.' }),
  },
  outputs: { latent: 'latent' },
  parts: { vae: ['vae-encoder'] },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, vae }) => {
        const [images = 0, height = 0, width = 0] = image.shape;
        latentShape(ctx.facts(vae), images, width, height); // an encoder would cut another size without a word
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(vae, 'vae-encoder', rows);
        return { latent: ctx.tensor.stack(given.map(({ latent }) => latent)) };
      }),
    );
  },
});
