import { blendImages, blendNames } from '../../src-main/diffusion/planes/image-filters.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.blend',
  title: 'Blend images',
  about: 'Mixes one picture into another.',
  synonyms: ['mix', 'multiply', 'screen', 'overlay', 'soft light', 'difference'],
  inputs: {
    image: link('image'),
    over: link('image', { help: 'What is mixed in; it is brought to the size of the other one.' }),
    factor: float({ default: 0.5, min: 0, max: 1, step: 0.01, help: 'How much is mixed in: 0 is nothing, 1 is all.' }),
    mode: choice(blendNames, { default: 'normal', help: 'How the colours of both are put together.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, over, factor, mode }) => {
        const [below, above] = await Promise.all([image, over].map((one) => readPicture(ctx.tensor, one)));
        return { image: pictureFrom(ctx.tensor, blendImages(below!, above!, factor, mode)) };
      }),
    );
  },
});
