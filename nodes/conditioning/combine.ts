import { copied } from '../../src-main/diffusion/copied.ts';
import { link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.combine',
  title: 'Combine conditionings',
  about: 'Lets two prompts count together, each for itself.',
  synonyms: ['and', 'merge', 'both', 'prompts'],
  inputs: {
    conditioning: link('conditioning'),
    other: link('conditioning', { help: 'What counts besides; each one takes time of its own.' }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, other }) => ({
        conditioning: { entries: copied(ctx.tensor, [...conditioning.entries, ...other.entries]) },
      })),
    );
  },
});
