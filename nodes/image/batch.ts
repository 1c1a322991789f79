import { batchImages } from '../../src-main/diffusion/planes/image-ops.ts';
import { allowPictures, pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.batch',
  title: 'Batch images',
  about: 'Puts pictures together, to go on as one.',
  synonyms: ['join', 'list', 'collect', 'combine'],
  inputs: {
    image: link('image'),
    other: link('image', { help: 'What comes after; it is brought to the size of the first.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, other }) => {
        const [images = 0, height = 0, width = 0] = image.shape;
        allowPictures('image.batch', 'other', images + (other.shape[0] ?? 0), width, height);
        const [first, second] = await Promise.all([image, other].map((one) => readPicture(ctx.tensor, one)));
        return { image: pictureFrom(ctx.tensor, batchImages(first!, second!)) };
      }),
    );
  },
});
