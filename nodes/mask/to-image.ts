import { maskImage } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.to-image',
  title: 'Mask to image',
  about: 'Makes a grey picture of a mask.',
  synonyms: ['convert mask to image', 'show mask'],
  inputs: {
    mask: link('mask'),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask }) => ({
        image: pictureFrom(ctx.tensor, maskImage(await readPicture(ctx.tensor, mask))),
      })),
    );
  },
});
