import { colorMask } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.from-color',
  title: 'Colour to mask',
  about: 'Makes a mask of where a picture has one very colour.',
  synonyms: ['color', 'key', 'green screen', 'chroma'],
  inputs: {
    image: link('image'),
    red: int({ default: 0, min: 0, max: 255, help: 'How much red the colour has.' }),
    green: int({ default: 0, min: 0, max: 255, help: 'How much green the colour has.' }),
    blue: int({ default: 0, min: 0, max: 255, help: 'How much blue the colour has.' }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, red, green, blue }) => ({
        mask: pictureFrom(ctx.tensor, colorMask(await readPicture(ctx.tensor, image), [red, green, blue])),
      })),
    );
  },
});
