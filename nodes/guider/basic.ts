import { copied } from '../../src-main/diffusion/copied.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'guider.basic',
  title: 'Basic guider',
  about: 'Follows one conditioning, without a negative one.',
  synonyms: ['no cfg', 'flux'],
  inputs: {
    conditioning: link('conditioning', { help: 'What to draw.' }),
  },
  outputs: { guider: 'guider' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning }) => ({
        guider: copied(ctx.tensor, { kind: 'cfg' as const, positive: conditioning, cfg: 1 }),
      })),
    );
  },
});
