import { averaged } from '../../src-main/diffusion/conditioning-ops.ts';
import { changed, readOther } from '../../src-main/diffusion/conditioning-tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.average',
  title: 'Average conditionings',
  about: 'Mixes two prompts into one.',
  synonyms: ['blend', 'mix', 'interpolate', 'prompt travel'],
  inputs: {
    conditioning: link('conditioning'),
    other: link('conditioning', { help: 'What is mixed in; cut or filled up to the length of the first.' }),
    strength: float({ default: 1, min: 0, max: 1, step: 0.01, help: 'How much of the first is kept: 1 is all of it.' }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, other, strength }) => {
        const text = await readOther(ctx.tensor, conditioning, other, 'other');
        return { conditioning: await changed(ctx.tensor, conditioning, (own) => averaged(own, text, strength)) };
      }),
    );
  },
});
