import { inArea, strengthAmongOthers } from '../../src-main/diffusion/conditioning-tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-area-percent',
  title: 'Set area in shares',
  about: 'Lets a conditioning count only in a box, given as shares of the picture.',
  synonyms: ['region', 'regional prompt', 'box', 'percentage', 'area composition'],
  inputs: {
    conditioning: link('conditioning'),
    width: float({ default: 1, min: 0, max: 1, step: 0.01, help: 'How wide the box is: 1 is as wide as the picture.' }),
    height: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How high the box is: 1 is as high as the picture.',
    }),
    x: float({ default: 0, min: 0, max: 1, step: 0.01, help: 'Where the box begins, from the left.' }),
    y: float({ default: 0, min: 0, max: 1, step: 0.01, help: 'Where the box begins, from the top.' }),
    strength: strengthAmongOthers,
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, width, height, x, y, strength }) => ({
        conditioning: inArea(ctx.tensor, conditioning, { areaPercent: [width, height, x, y], strength }),
      })),
    );
  },
});
