import { regional } from '../../src-main/diffusion/conditioning-tensors.ts';
import { choice, float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-mask',
  title: 'Set mask',
  about: 'Lets a conditioning count only where a mask says so.',
  synonyms: ['region', 'regional prompt', 'masked', 'inpaint prompt'],
  inputs: {
    conditioning: link('conditioning'),
    mask: link('mask', { help: 'Where it counts; it is brought to the size of the picture.' }),
    strength: float({ default: 1, min: 0, max: 10, step: 0.01, help: 'How much it counts where the mask is full.' }),
    area: choice(['default', 'mask bounds'], {
      default: 'default',
      help: 'Whether the whole picture is looked at, or only the box around the mask.',
    }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, mask, strength, area }) => ({
        conditioning: regional(ctx.tensor, conditioning, {
          mask,
          maskStrength: strength,
          toMaskBounds: area === 'mask bounds',
        }),
      })),
    );
  },
});
