import { sharpened } from '../../src-main/diffusion/planes/image-filters.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { float, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.sharpen',
  title: 'Sharpen image',
  about: 'Makes the edges of pictures stand out.',
  synonyms: ['unsharp', 'crisp', 'detail'],
  inputs: {
    image: link('image'),
    radius: int({ default: 1, min: 1, max: 31, unit: 'px', help: 'How far it reaches.' }),
    sigma: float({
      default: 1,
      min: 0.1,
      max: 10,
      step: 0.1,
      help: 'How evenly it counts what it reaches; less keeps to the middle.',
    }),
    alpha: float({ default: 1, min: 0, max: 5, step: 0.01, help: 'How strongly; 0 leaves the picture as it is.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, radius, sigma, alpha }) => ({
        image: pictureFrom(ctx.tensor, sharpened(await readPicture(ctx.tensor, image), radius, sigma, alpha)),
      })),
    );
  },
});
