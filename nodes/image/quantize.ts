import { ditherNames, quantized } from '../../src-main/diffusion/planes/quantize.ts';
import { choice, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.quantize',
  title: 'Quantize image',
  about: 'Draws pictures with few colours.',
  synonyms: ['palette', 'posterize', 'dither', 'reduce colors', 'pixel art'],
  inputs: {
    image: link('image'),
    colors: int({ default: 256, min: 1, max: 256, help: 'How many colours each picture has at most.' }),
    dither: choice(ditherNames, { default: 'floyd-steinberg', help: 'How colours in between are imitated by dots.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, colors, dither }) => {
        const [, height = 0, width = 0] = image.shape;
        const drawn = await Promise.all(
          ctx.tensor.split(image).map(async (one) => {
            const bytes = (await ctx.tensor.read(one)) as Uint8Array;
            return ctx.tensor.from(quantized(bytes, width, colors, dither), 'uint8', [1, height, width, 3]);
          }),
        );
        return { image: ctx.tensor.stack(drawn) };
      }),
    );
  },
});
