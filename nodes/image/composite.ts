import { compositeMasked } from '../../src-main/diffusion/planes/latent-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { bool, int, link, optionalLink } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.composite',
  title: 'Composite images',
  about: 'Lays one picture on another, through a mask if there is one.',
  synonyms: ['paste', 'overlay', 'layer', 'masked', 'inpaint stitch'],
  inputs: {
    destination: link('image', { help: 'The picture below; the result has its size.' }),
    source: link('image', { help: 'The picture that is laid on it.' }),
    mask: optionalLink('mask', { help: 'Where the upper picture is seen; it is brought to its size.' }),
    x: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Where the upper picture begins, from the left.',
    }),
    y: int({
      default: 0,
      min: 0,
      max: limits.imageSidePx,
      unit: 'px',
      help: 'Where the upper picture begins, from the top.',
    }),
    resize: bool({ default: false, help: 'Whether the upper picture is first brought to the size of the lower one.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ destination, source, mask, x, y, resize }) => {
        const [below, above] = await Promise.all([destination, source].map((one) => readPicture(ctx.tensor, one)));
        const over = mask ? await readPicture(ctx.tensor, mask) : null;
        return { image: pictureFrom(ctx.tensor, compositeMasked(below!, above!, x, y, over, resize)) };
      }),
    );
  },
});
