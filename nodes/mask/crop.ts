import { cropMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.crop',
  title: 'Crop mask',
  about: 'Cuts a box out of a mask.',
  synonyms: ['cut', 'box'],
  inputs: {
    mask: link('mask'),
    x: int({ default: 0, min: 0, max: limits.imageSidePx, unit: 'px', help: 'Where the box begins, from the left.' }),
    y: int({ default: 0, min: 0, max: limits.imageSidePx, unit: 'px', help: 'Where the box begins, from the top.' }),
    width: int({
      default: 512,
      min: 1,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'How wide the box is; what lies outside the mask is left out.',
    }),
    height: int({
      default: 512,
      min: 1,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'How high the box is; what lies outside the mask is left out.',
    }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask, x, y, width, height }) => ({
        mask: pictureFrom(ctx.tensor, cropMask(await readPicture(ctx.tensor, mask), x, y, width, height)),
      })),
    );
  },
});
