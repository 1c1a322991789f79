import { compositeMasked } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { bool, int, link, optionalLink } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.composite-masked',
  title: 'Composite latents through a mask',
  about: 'Lays one latent on another, where a mask says so.',
  synonyms: ['paste', 'overlay', 'masked', 'inpaint'],
  inputs: {
    destination: link('latent', { help: 'The latent below; the result has its size.' }),
    source: link('latent', { help: 'The latent that is laid on it.' }),
    mask: optionalLink('mask', { help: 'Where the upper latent counts; it is brought to its size.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the upper latent begins, from the left. 8 pixels are a cell of the latent.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the upper latent begins, from the top.',
    }),
    resize: bool({ default: false, help: 'Whether the upper latent is first brought to the size of the lower one.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ destination, source, mask, x, y, resize }) => {
        const below = await readLatent(ctx.tensor, destination, 'destination');
        const above = await readLatent(ctx.tensor, source, 'source', destination);
        const over = mask ? await readPicture(ctx.tensor, mask) : null;
        const [left, top] = [Math.floor(x / 8), Math.floor(y / 8)];
        return { latent: latentFrom(ctx.tensor, compositeMasked(below, above, left, top, over, resize)) };
      }),
    );
  },
});
