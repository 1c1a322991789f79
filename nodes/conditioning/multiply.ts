import { multiplied } from '../../src-main/diffusion/conditioning-ops.ts';
import { changed } from '../../src-main/diffusion/conditioning-tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.multiply',
  title: 'Multiply conditioning',
  about: 'Multiplies every number of a conditioning.',
  synonyms: ['scale', 'weight', 'strength'],
  inputs: {
    conditioning: link('conditioning'),
    factor: float({ default: 1, min: -100, max: 100, step: 0.01, help: 'By what; 1 changes nothing.' }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, factor }) => ({
        conditioning: await changed(ctx.tensor, conditioning, (text) => multiplied(text, factor)),
      })),
    );
  },
});
