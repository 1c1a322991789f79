import { fail } from '../../src-main/model/errors.ts';
import { file } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.load',
  title: 'Load image',
  about: 'Reads a picture file: PNG, JPEG or WebP.',
  synonyms: ['open', 'file', 'input image', 'photo'],
  inputs: {
    file: file(['image/png', 'image/jpeg', 'image/webp'], { help: 'A picture from your disk.' }),
  },
  outputs: { image: 'image' },

  prepare({ file: given }) {
    if (!given) fail('input.notSet', { node: 'image.load', input: 'file', wanted: 'file' }, { input: 'file' });
    return {};
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ file: given }) => {
        if (!given)
          return fail('input.notSet', { node: 'image.load', input: 'file', wanted: 'file' }, { input: 'file' });
        return { image: await ctx.pixels.decode(await ctx.file(given.digest), given.name) };
      }),
    );
  },
});
