import { rotateLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { pictureFrom, readPicture } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'image.rotate',
  title: 'Rotate image',
  about: 'Turns pictures by quarters, clockwise.',
  synonyms: ['turn', '90 degrees'],
  inputs: {
    image: link('image'),
    turn: choice(['90', '180', '270'], { default: '90', help: 'How many degrees, clockwise.' }),
  },
  outputs: { image: 'image' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, turn }) => ({
        image: pictureFrom(
          ctx.tensor,
          rotateLatent(await readPicture(ctx.tensor, image), (Number(turn) / 90) as 1 | 2 | 3),
        ),
      })),
    );
  },
});
