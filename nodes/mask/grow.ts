import { growMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { bool, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.grow',
  title: 'Grow mask',
  about: 'Makes a mask larger or smaller by some pixels.',
  synonyms: ['expand', 'shrink', 'dilate', 'erode'],
  inputs: {
    mask: link('mask'),
    expand: int({ default: 8, min: -512, max: 512, unit: 'px', help: 'By how much; below 0 it shrinks.' }),
    tapered: bool({ default: true, help: 'Whether corners become slanted instead of square.' }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask, expand, tapered }) => ({
        mask: pictureFrom(ctx.tensor, growMask(await readPicture(ctx.tensor, mask), expand, tapered)),
      })),
    );
  },
});
