import { allowPictures } from '../../src-main/diffusion/planes/tensors.ts';
import { float, int } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.solid',
  title: 'Solid mask',
  about: 'Makes a mask that is the same everywhere.',
  synonyms: ['fill', 'constant', 'rectangle', 'empty mask'],
  inputs: {
    value: float({ default: 1, min: 0, max: 1, step: 0.01, help: 'How much of everything: 1 is all of it.' }),
    width: int({ default: 512, min: 1, max: limits.imageSidePx, unit: 'px', help: 'The width of the mask.' }),
    height: int({ default: 512, min: 1, max: limits.imageSidePx, unit: 'px', help: 'The height of the mask.' }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ value, width, height }) => {
        allowPictures('mask.solid', 'width', 1, width, height);
        const bytes = new Uint8Array(width * height).fill(Math.round(value * 255));
        return { mask: ctx.tensor.from(bytes, 'uint8', [1, height, width, 1]) };
      }),
    );
  },
});
