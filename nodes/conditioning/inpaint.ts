import { copied } from '../../src-main/diffusion/copied.ts';
import { latentShape } from '../../src-main/diffusion/latents.ts';
import { latentMask } from '../../src-main/diffusion/mask-for-latent.ts';
import { drawnFrom } from '../../src-main/diffusion/posterior.ts';
import { choice, int, link, seed } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.inpaint',
  title: 'Inpaint conditioning',
  about: 'Tells a model that was made for inpainting what is around the place that it is to fill.',
  synonyms: ['inpaint model conditioning', 'masked image', 'fill', 'outpaint'],
  inputs: {
    conditioning: link('conditioning'),
    image: link('image', { help: 'The picture of which a part is to be drawn anew.' }),
    mask: link('mask', { help: 'White where to draw.' }),
    vae: link('vae', { help: 'The VAE of the pack that will draw.' }),
    posterior: choice(['mean', 'sample'], {
      default: 'mean',
      advanced: true,
      help: 'A VAE is not sure of a latent. The mean is the same every time; a sample, which diffusers takes, depends on the seed.',
    }),
    seed: seed({ advanced: true, help: 'Of the sample.' }),
    draw: int({ default: 1, min: 0, max: 1000, advanced: true, help: 'How often the seed was drawn from before.' }),
  },
  outputs: { conditioning: 'conditioning' },
  parts: { vae: ['vae-encoder'] },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, image, mask, vae, posterior, seed: drawn, draw }) => {
        const [, height = 0, width = 0] = image.shape;
        const shape = latentShape(ctx.facts(vae), 1, width, height);
        const [hard] = await latentMask(ctx.tensor, mask, shape, true);
        const keep = await latentMask(ctx.tensor, mask, [1, 1, height, width], true);
        const values = (await ctx.tensor.read(keep[0]!)) as Float32Array;
        const around = ctx.tensor.from(
          Uint8Array.from(values, (value) => 1 - value),
          'uint8',
          [1, height, width, 1],
        );
        const picture = ctx.tensor.split(image)[0]!;
        const [given] = await ctx.call(vae, 'vae-encoder', [{ image: picture, keep: around }]);
        const masked = posterior === 'mean' ? given!.latent : drawnFrom(ctx.tensor, given!, drawn, draw);
        const inpaint = { mask: hard!, masked };
        return {
          conditioning: { entries: copied(ctx.tensor, conditioning).entries.map((entry) => ({ ...entry, inpaint })) },
        };
      }),
    );
  },
});
