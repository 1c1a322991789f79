import { fail } from '../../src-main/model/errors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';

/** A picture of another size would be cut by the encoder without a word. @throws AppError pack.sizeNotAllowed */
function checkSize(pack: PackFacts, image: TensorRef): void {
  const [, height = 0, width = 0] = image.shape;
  const { fixed, multiple } = pack.sizes;
  const allowed =
    fixed.length > 0
      ? fixed.some(([w, h]) => w === width && h === height)
      : width % multiple === 0 && height % multiple === 0;
  if (!allowed)
    fail(
      'pack.sizeNotAllowed',
      {
        pack: pack.title,
        width,
        height,
        allowed: fixed.length > 0 ? fixed.map(([w, h]) => `${w}×${h}`).join(', ') : `${multiple}`,
      },
      { input: 'image' },
    );
}

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
        checkSize(ctx.facts(vae), image);
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(vae, 'vae-encoder', rows);
        return { latent: ctx.tensor.stack(given.map(({ latent }) => latent)) };
      }),
    );
  },
});
