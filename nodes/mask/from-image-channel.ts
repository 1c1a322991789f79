import { channelOf, maskChannels } from '../../src-main/diffusion/planes/mask-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'mask.from-image-channel',
  title: 'Image to mask',
  about: 'Takes a channel of a picture as a mask.',
  synonyms: ['convert image to mask', 'channel', 'red', 'green', 'blue', 'luminance'],
  inputs: {
    image: link('image'),
    channel: choice(maskChannels, { default: 'red', help: 'The channel, or how bright the picture is.' }),
  },
  outputs: { mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, channel }) => ({
        mask: pictureFrom(ctx.tensor, channelOf(await readPicture(ctx.tensor, image), channel)),
      })),
    );
  },
});
