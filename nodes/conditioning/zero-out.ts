import { zeroed } from '../../src-main/diffusion/conditioning-ops.ts';
import { changed } from '../../src-main/diffusion/conditioning-tensors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.zero-out',
  title: 'Zero out conditioning',
  about: 'Makes a conditioning of nothing but zeros, as models without a negative prompt want it.',
  synonyms: ['empty', 'zero', 'unconditional', 'flux negative'],
  inputs: {
    conditioning: link('conditioning'),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning }) => ({ conditioning: await changed(ctx.tensor, conditioning, zeroed) })),
    );
  },
});
