import { inArea, strengthAmongOthers } from '../../src-main/diffusion/conditioning-tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-area',
  title: 'Set area',
  about: 'Lets a conditioning count only in a box of the picture.',
  synonyms: ['region', 'regional prompt', 'box', 'area composition'],
  inputs: {
    conditioning: link('conditioning'),
    width: int({ default: 64, min: 64, max: limits.imageSidePx, step: 8, unit: 'px', help: 'How wide the box is.' }),
    height: int({ default: 64, min: 64, max: limits.imageSidePx, step: 8, unit: 'px', help: 'How high the box is.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the box begins, from the left.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'Where the box begins, from the top.',
    }),
    strength: strengthAmongOthers,
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, width, height, x, y, strength }) => ({
        conditioning: inArea(ctx.tensor, conditioning, { area: [width, height, x, y], strength }),
      })),
    );
  },
});
