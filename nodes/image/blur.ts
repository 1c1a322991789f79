import { blurred } from '../../src-main/diffusion/planes/image-filters.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { float, int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.blur',
  title: 'Blur image',
  about: 'Makes pictures soft.',
  synonyms: ['gaussian blur', 'soften'],
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
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, radius, sigma }) => ({
        image: pictureFrom(ctx.tensor, blurred(await readPicture(ctx.tensor, image), radius, sigma)),
      })),
    );
  },
});
