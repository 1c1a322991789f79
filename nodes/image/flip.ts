import { flipLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.flip',
  title: 'Flip image',
  about: 'Mirrors pictures.',
  synonyms: ['mirror', 'horizontal', 'vertical'],
  inputs: {
    image: link('image'),
    direction: choice(['vertically', 'horizontally'], {
      default: 'horizontally',
      help: 'Upside down, or left to right.',
    }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, direction }) => ({
        image: pictureFrom(ctx.tensor, flipLatent(await readPicture(ctx.tensor, image), direction)),
      })),
    );
  },
});
