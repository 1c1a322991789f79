import { regional } from '../../src-main/diffusion/conditioning-tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-strength',
  title: 'Set strength',
  about: 'Says how much a conditioning counts against others.',
  synonyms: ['weight', 'area strength'],
  inputs: {
    conditioning: link('conditioning'),
    strength: float({
      default: 1,
      min: 0,
      max: 10,
      step: 0.01,
      help: 'How much it counts against other conditionings.',
    }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, strength }) => ({
        conditioning: regional(ctx.tensor, conditioning, { strength }),
      })),
    );
  },
});
