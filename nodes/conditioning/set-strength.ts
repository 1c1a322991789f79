import { regional, strengthAmongOthers } from '../../src-main/diffusion/conditioning-tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-strength',
  title: 'Set strength',
  about: 'Says how much a conditioning counts against others.',
  synonyms: ['weight', 'area strength'],
  inputs: {
    conditioning: link('conditioning'),
    strength: strengthAmongOthers,
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
