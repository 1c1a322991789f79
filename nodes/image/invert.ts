import { invertImage } from '../../src-main/diffusion/planes/image-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.invert',
  title: 'Invert image',
  about: 'Turns every colour into its opposite.',
  synonyms: ['negative', 'negate'],
  inputs: {
    image: link('image'),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image }) => ({
        image: pictureFrom(ctx.tensor, invertImage(await readPicture(ctx.tensor, image))),
      })),
    );
  },
});
