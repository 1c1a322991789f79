import { padForOutpaint } from '../../src-main/diffusion/planes/image-ops.ts';
import { allowPictures, pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.pad-for-outpaint',
  title: 'Pad for outpainting',
  about: 'Puts pictures into larger ones and makes the mask of what is new.',
  synonyms: ['outpaint', 'extend', 'canvas', 'uncrop', 'border'],
  inputs: {
    image: link('image'),
    left: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'How much is added on the left.',
    }),
    top: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'How much is added at the top.',
    }),
    right: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'How much is added on the right.',
    }),
    bottom: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'How much is added at the bottom.',
    }),
    feather: int({
      default: 40,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'How far the mask reaches softly into the old picture.',
    }),
  },
  outputs: { image: 'image', mask: 'mask' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, left, top, right, bottom, feather }) => {
        const [images = 0, height = 0, width = 0] = image.shape;
        allowPictures('image.pad-for-outpaint', 'image', images, width + left + right, height + top + bottom);
        const margins = { left, top, right, bottom };
        const padded = padForOutpaint(await readPicture(ctx.tensor, image), margins, feather);
        return { image: pictureFrom(ctx.tensor, padded.image), mask: pictureFrom(ctx.tensor, padded.mask) };
      }),
    );
  },
});
