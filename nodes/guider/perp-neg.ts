import { copied } from '../../src-main/diffusion/copied.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'guider.perp-neg',
  title: 'Perp-Neg guider',
  about: 'Stays away from a negative conditioning only where it does not agree with the positive one.',
  synonyms: ['perpendicular negative', 'perp neg'],
  inputs: {
    positive: link('conditioning', { help: 'What to draw.' }),
    negative: link('conditioning', { help: 'What to stay away from.' }),
    empty: link('conditioning', { help: 'The conditioning of an empty text; both others are counted from it.' }),
    cfg: float({ default: 8, min: 0, max: 100, step: 0.1, help: 'How closely to follow the positive conditioning.' }),
    scale: float({ default: 1, min: 0, max: 100, step: 0.01, help: 'How much the negative conditioning counts.' }),
  },
  outputs: { guider: 'guider' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ positive, negative, empty, cfg, scale }) => ({
        guider: copied(ctx.tensor, { kind: 'perp-neg' as const, positive, negative, empty, cfg, scale }),
      })),
    );
  },
});
