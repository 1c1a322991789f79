import { latentFromBatch } from '../../src-main/diffusion/planes/latent-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.from-batch',
  title: 'Image from batch',
  about: 'Takes some pictures out of several.',
  synonyms: ['select', 'pick', 'index', 'split'],
  inputs: {
    image: link('image'),
    index: int({
      default: 0,
      min: 0,
      max: 4095,
      help: 'The first one, counted from 0; the last one where there are fewer.',
    }),
    length: int({ default: 1, min: 1, max: 4096, help: 'How many.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, index, length }) => ({
        image: pictureFrom(ctx.tensor, latentFromBatch(await readPicture(ctx.tensor, image), index, length)),
      })),
    );
  },
});
