import { concatenated } from '../../src-main/diffusion/conditioning-ops.ts';
import { changed, readOther } from '../../src-main/diffusion/conditioning-tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.concat',
  title: 'Concat conditionings',
  about: 'Puts one prompt behind another, as if it were one long text.',
  synonyms: ['append', 'join', 'long prompt', 'break'],
  inputs: {
    conditioning: link('conditioning'),
    other: link('conditioning', { help: 'What comes after.' }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, other }) => {
        const text = await readOther(ctx.tensor, conditioning, other, 'other');
        return { conditioning: await changed(ctx.tensor, conditioning, (own) => concatenated(own, text)) };
      }),
    );
  },
});
