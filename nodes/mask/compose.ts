import { compositeMasks, maskOperationNames } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.compose',
  title: 'Compose masks',
  about: 'Lays one mask on another: adds, subtracts, multiplies them or joins them as sets.',
  synonyms: ['add', 'subtract', 'multiply', 'and', 'or', 'xor', 'union', 'intersect', 'combine'],
  inputs: {
    destination: link('mask', { help: 'The mask below; the result has its size.' }),
    source: link('mask', { help: 'The mask that is laid on it.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Where the upper mask begins, from the left.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Where the upper mask begins, from the top.',
    }),
    operation: choice(maskOperationNames, {
      default: 'multiply',
      help: 'What is done where both lie; and, or and xor take each value as 0 or 1.',
    }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ destination, source, x, y, operation }) => {
        const [below, above] = await Promise.all([destination, source].map((one) => readPicture(ctx.tensor, one)));
        return { mask: pictureFrom(ctx.tensor, compositeMasks(below!, above!, x, y, operation)) };
      }),
    );
  },
});
