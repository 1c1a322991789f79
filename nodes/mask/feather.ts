import { featherMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.feather',
  title: 'Feather mask',
  about: 'Lets a mask fade in from its sides.',
  synonyms: ['soften', 'fade', 'edge'],
  inputs: {
    mask: link('mask'),
    left: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Over how many pixels it fades in from the left.',
    }),
    top: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Over how many pixels it fades in from the top.',
    }),
    right: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Over how many pixels it fades in from the right.',
    }),
    bottom: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Over how many pixels it fades in from the bottom.',
    }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask, left, top, right, bottom }) => ({
        mask: pictureFrom(ctx.tensor, featherMask(await readPicture(ctx.tensor, mask), left, top, right, bottom)),
      })),
    );
  },
});
