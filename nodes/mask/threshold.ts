import { thresholdMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.threshold',
  title: 'Threshold of mask',
  about: 'Makes a soft mask hard: all of it above a value, nothing of it below.',
  synonyms: ['binarize', 'hard', 'cutoff'],
  inputs: {
    mask: link('mask'),
    level: float({ default: 0.5, min: 0, max: 1, step: 0.01, help: 'What is more than this becomes 1, the rest 0.' }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask, level }) => ({
        mask: pictureFrom(ctx.tensor, thresholdMask(await readPicture(ctx.tensor, mask), level)),
      })),
    );
  },
});
