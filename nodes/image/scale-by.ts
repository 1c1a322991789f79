import { scaledSize } from '../../src-main/diffusion/planes/latent-ops.ts';
import { resampled } from '../../src-main/diffusion/planes/resample.ts';
import { allowPictures, pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.scale-by',
  title: 'Scale image by a factor',
  about: 'Makes pictures larger or smaller by a factor.',
  synonyms: ['upscale by', 'resize', 'zoom', 'factor'],
  inputs: {
    image: link('image'),
    factor: float({
      default: 1.5,
      min: 0.01,
      max: 8,
      step: 0.01,
      help: 'How many times as wide and as high they become.',
    }),
    method: choice(['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'], {
      default: 'lanczos',
      help: 'Lanczos is the sharpest; nearest keeps the hard edges of pixel art; area is for making smaller.',
    }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, factor, method }) => {
        const [images = 0, h = 0, w = 0] = image.shape;
        const [width, height] = scaledSize({ shape: [images, 3, h, w] }, factor);
        allowPictures('image.scale-by', 'factor', images, width, height);
        return {
          image: pictureFrom(ctx.tensor, resampled(await readPicture(ctx.tensor, image), width, height, method)),
        };
      }),
    );
  },
});
