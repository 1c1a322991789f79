import { invertMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.invert',
  title: 'Invert mask',
  about: 'Turns a mask round: what was in is out.',
  synonyms: ['negate', 'inverse'],
  inputs: {
    mask: link('mask'),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ mask }) => ({
        mask: pictureFrom(ctx.tensor, invertMask(await readPicture(ctx.tensor, mask))),
      })),
    );
  },
});
