import { link } from '../../src-main/model/inputs.ts';
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
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(upscaler, 'upscaler', rows);
        return { image: ctx.tensor.stack(given.map((row) => row.image)) };
      }),
    );
  },
});
