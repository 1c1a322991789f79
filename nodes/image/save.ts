import { link, text } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.save',
  title: 'Save image',
  about: 'Keeps pictures in the gallery, each with its graph and values inside.',
  synonyms: ['output', 'export', 'png', 'gallery'],
  inputs: {
    image: link('image'),
    title: text({ default: 'kiln', maxChars: 80, help: 'File names begin with it.' }),
  },
  outputs: { files: 'files' },
  sink: 'gallery',
  keep: 'disk',

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image }) => {
        const files = await Promise.all(
          ctx.tensor.split(image).map(async (one) => ({
            bytes: await ctx.pixels.encode(one),
            mime: 'image/png' as const,
            width: one.shape[2] ?? 0,
            height: one.shape[1] ?? 0,
          })),
        );
        return { files };
      }),
    );
  },
});
