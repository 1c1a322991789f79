import { sizeOfPixels } from '../../src-main/diffusion/planes/image-ops.ts';
import { resampled } from '../../src-main/diffusion/planes/resample.ts';
import { allowPictures, pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, float, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.scale-to-total-pixels',
  title: 'Scale image to total pixels',
  about: 'Brings pictures to a number of pixels, in their proportions.',
  synonyms: ['megapixels', 'resize', 'budget'],
  inputs: {
    image: link('image'),
    megapixels: float({
      default: 1,
      min: 0.01,
      max: 64,
      step: 0.01,
      unit: 'MP',
      help: 'How many pixels in all: 1 is 1024 × 1024.',
    }),
    multiple: int({
      default: 1,
      min: 1,
      max: 256,
      unit: 'px',
      advanced: true,
      help: 'Both sides become multiples of it.',
    }),
    method: choice(['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'], {
      default: 'lanczos',
      help: 'Lanczos is the sharpest; nearest keeps the hard edges of pixel art; area is for making smaller.',
    }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, megapixels, multiple, method }) => {
        const [images = 0, h = 0, w = 0] = image.shape;
        const [width, height] = sizeOfPixels({ shape: [images, 3, h, w] }, megapixels * 1024 * 1024, multiple);
        allowPictures('image.scale-to-total-pixels', 'megapixels', images, width, height);
        return {
          image: pictureFrom(ctx.tensor, resampled(await readPicture(ctx.tensor, image), width, height, method)),
        };
      }),
    );
  },
});
