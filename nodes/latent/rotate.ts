import { rotateLatent } from '../../src-main/diffusion/planes/latent-ops.ts';
import { latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.rotate',
  title: 'Rotate latent',
  about: 'Turns latents by quarters, clockwise.',
  synonyms: ['turn', '90 degrees'],
  inputs: {
    latent: link('latent'),
    turn: choice(['90', '180', '270'], { default: '90', help: 'How many degrees, clockwise.' }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, turn }) => ({
        latent: latentFrom(
          ctx.tensor,
          rotateLatent(await readLatent(ctx.tensor, latent, 'latent'), (Number(turn) / 90) as 1 | 2 | 3),
        ),
      })),
    );
  },
});
