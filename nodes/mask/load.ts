import { channelOf, invertMask, maskChannels } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { fail } from '../../src-main/model/errors.ts';
import { choice, file } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

const notSet = () => fail('input.notSet', { node: 'mask.load', input: 'file', wanted: 'file' }, { input: 'file' });

export default defineNode({
  type: 'mask.load',
  title: 'Load mask',
  about: 'Reads a picture file as a mask: PNG, JPEG or WebP.',
  synonyms: ['open', 'file', 'load image as mask'],
  inputs: {
    file: file(['image/png', 'image/jpeg', 'image/webp'], { help: 'A picture from your disk.' }),
    channel: choice(['alpha', ...maskChannels], {
      default: 'alpha',
      help: 'What is transparent (alpha), a channel, or how bright the picture is.',
    }),
  },
  outputs: { mask: 'mask' },

  prepare({ file: given }) {
    return given ? {} : notSet();
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ file: given, channel }) => {
        if (!given) return notSet();
        const bytes = await ctx.file(given.digest);
        if (channel === 'alpha') {
          const opaque = await readPicture(ctx.tensor, await ctx.pixels.alpha(bytes, given.name));
          return { mask: pictureFrom(ctx.tensor, invertMask(opaque)) };
        }
        const image = await ctx.pixels.decode(bytes, given.name);
        return { mask: pictureFrom(ctx.tensor, channelOf(await readPicture(ctx.tensor, image), channel)) };
      }),
    );
  },
});
