import { cropImage } from '../../src-main/diffusion/planes/image-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.crop',
  title: 'Crop image',
  about: 'Cuts a box out of pictures.',
  synonyms: ['cut', 'box'],
  inputs: {
    image: link('image'),
    x: int({ default: 0, min: 0, max: limits.imageSidePx, unit: 'px', help: 'Where the box begins, from the left.' }),
    y: int({ default: 0, min: 0, max: limits.imageSidePx, unit: 'px', help: 'Where the box begins, from the top.' }),
    width: int({
      default: 512,
      min: 1,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'How wide the box is; what lies outside the picture is left out.',
    }),
    height: int({
      default: 512,
      min: 1,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'How high the box is; what lies outside the picture is left out.',
    }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, x, y, width, height }) => ({
        image: pictureFrom(ctx.tensor, cropImage(await readPicture(ctx.tensor, image), x, y, width, height)),
      })),
    );
  },
});
