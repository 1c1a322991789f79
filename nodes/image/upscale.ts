import { fail } from '../../src-main/model/errors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.upscale',
  title: 'Upscale image',
  about: 'Enlarges pictures with a model that draws the missing detail.',
  synonyms: ['enlarge', 'super resolution', 'esrgan', 'upscale with model'],
  inputs: {
    image: link('image'),
    upscaler: link('upscaler', { help: 'How many times larger the picture gets is up to the pack.' }),
  },
  outputs: { image: 'image' },
  parts: { upscaler: ['upscaler'] },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, upscaler }) => {
        const { upscale } = ctx.facts(upscaler);
        const [, h = 0, w = 0] = image.shape;
        const [width, height, limit] = [w * upscale, h * upscale, limits.imagePixels];
        if (width * height > limit)
          fail('image.tooLarge', { name: 'image.upscale', width, height, limit }, { input: 'image' });
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(upscaler, 'upscaler', rows);
        return { image: ctx.tensor.stack(given.map((row) => row.image)) };
      }),
    );
  },
});
