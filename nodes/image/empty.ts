import { allowPictures } from '../../src-main/diffusion/planes/tensors.ts';
import { int } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.empty',
  title: 'Empty image',
  about: 'Makes pictures of one colour.',
  synonyms: ['solid color', 'colour', 'blank', 'fill', 'canvas'],
  inputs: {
    width: int({ default: 512, min: 1, max: limits.imageSidePx, unit: 'px', help: 'The width of the pictures.' }),
    height: int({ default: 512, min: 1, max: limits.imageSidePx, unit: 'px', help: 'The height of the pictures.' }),
    count: int({ default: 1, min: 1, max: limits.imagesPerRun, help: 'How many pictures.' }),
    red: int({ default: 0, min: 0, max: 255, help: 'How much red the colour has.' }),
    green: int({ default: 0, min: 0, max: 255, help: 'How much green the colour has.' }),
    blue: int({ default: 0, min: 0, max: 255, help: 'How much blue the colour has.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ width, height, count, red, green, blue }) => {
        allowPictures('image.empty', 'width', count, width, height);
        const bytes = new Uint8Array(count * height * width * 3);
        const color = [red, green, blue];
        for (let i = 0; i < bytes.length; i++) bytes[i] = color[i % 3]!;
        return { image: ctx.tensor.from(bytes, 'uint8', [count, height, width, 3]) };
      }),
    );
  },
});
