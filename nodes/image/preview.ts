import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.preview',
  title: 'Preview image',
  about: 'Shows pictures without keeping them in the gallery.',
  synonyms: ['show', 'look', 'preview'],
  inputs: { image: link('image') },
  outputs: { files: 'files' },
  sink: 'preview',

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
