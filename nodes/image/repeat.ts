import { repeatLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { allowPictures, pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.repeat',
  title: 'Repeat images',
  about: 'Takes the same pictures several times.',
  synonyms: ['duplicate', 'copy', 'batch'],
  inputs: {
    image: link('image'),
    amount: int({ default: 1, min: 1, max: limits.imagesPerRun, help: 'How many times.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, amount }) => {
        const [images = 0, height = 0, width = 0] = image.shape;
        allowPictures('image.repeat', 'amount', images * amount, width, height);
        return { image: pictureFrom(ctx.tensor, repeatLatent(await readPicture(ctx.tensor, image), amount)) };
      }),
    );
  },
});
