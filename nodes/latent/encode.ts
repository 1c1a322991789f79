import { latentShape } from '../../src-main/diffusion/latents.ts';
import { drawnFrom } from '../../src-main/diffusion/posterior.ts';
import { choice, int, link, seed, seedPlus } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.encode',
  title: 'Encode image',
  about: 'Turns pictures into latents with the encoder half of a VAE, to be drawn over.',
  synonyms: ['vae encode', 'image to latent', 'img2img'],
  inputs: {
    image: link('image', { help: 'Its size must be one that the pack takes; put a resize in front.' }),
    vae: link('vae', { help: 'The VAE of the pack that will draw.' }),
    posterior: choice(['mean', 'sample'], {
      default: 'mean',
      advanced: true,
      help: 'A VAE is not sure of a latent. The mean is the same every time; a sample, which diffusers takes, depends on the seed.',
    }),
    seed: seed({ advanced: true, help: 'Of the sample.' }),
    draw: int({ default: 0, min: 0, max: 1000, advanced: true, help: 'How often the seed was drawn from before.' }),
  },
  outputs: { latent: 'latent' },
  parts: { vae: ['vae-encoder'] },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, vae, posterior, draw, ...item }) => {
        const [images = 0, height = 0, width = 0] = image.shape;
        latentShape(ctx.facts(vae), images, width, height); // an encoder would cut another size without a word
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(vae, 'vae-encoder', rows);
        const latents = given.map((one, i) =>
          posterior === 'mean' ? one.latent : drawnFrom(ctx.tensor, one, seedPlus(item.seed, i), draw),
        );
        return { latent: ctx.tensor.stack(latents) };
      }),
    );
  },
});
