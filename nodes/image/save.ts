import { choice, int, link, text } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import { pictureFormats } from '../../src-main/model/value-types.ts';

export default defineNode({
  type: 'image.save',
  title: 'Save image',
  about: 'Keeps pictures in the gallery, each with its graph and values inside.',
  synonyms: ['output', 'export', 'png', 'jpeg', 'jpg', 'webp', 'gallery'],
  inputs: {
    image: link('image'),
    title: text({ default: 'kiln', maxChars: 80, help: 'File names begin with it.' }),
    format: choice(pictureFormats, {
      default: 'png',
      advanced: true,
      help: 'PNG loses nothing. JPEG and WebP files are smaller. All of them carry the graph.',
    }),
    quality: int({
      default: 90,
      min: 1,
      max: 100,
      advanced: true,
      help: 'Of JPEG and WebP: more is nearer to the picture, and larger. A WebP of 100 loses nothing.',
    }),
  },
  outputs: { files: 'files' },
  sink: 'gallery',
  keep: 'disk',

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, format, quality }) => {
        const files = await Promise.all(
          ctx.tensor.split(image).map(async (one) => ({
            bytes: await ctx.pixels.encode(one, { format, quality }),
            mime: `image/${format}` as const,
            width: one.shape[2] ?? 0,
            height: one.shape[1] ?? 0,
          })),
        );
        return { files };
      }),
    );
  },
});
