import { copied } from '../../src-main/diffusion/copied.ts';
import { choice, float, link, optionalLink } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'guider.cfg',
  title: 'CFG guider',
  about: 'Follows a positive conditioning, away from a negative one.',
  synonyms: ['classifier-free guidance', 'rescale cfg', 'cfg zero star', 'cfg norm', 'renorm'],
  inputs: {
    positive: link('conditioning', { help: 'What to draw.' }),
    negative: optionalLink('conditioning', { help: 'What to stay away from. Without it there is no guidance.' }),
    cfg: float({
      default: 8,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How closely to follow the prompt, against the negative one. 1 is no guidance and takes half the time.',
    }),
    correction: choice(['none', 'rescale', 'zero-star', 'norm', 'noise-norm'], {
      default: 'none',
      advanced: true,
      help: 'Against the glaring colours of a high cfg: bring the spread back, weigh the negative side, or limit lengths, of the picture or of its noise.',
    }),
    amount: float({
      default: 0.7,
      min: 0,
      max: 100,
      step: 0.01,
      advanced: true,
      help: 'How much of the correction; 1 is all of it. The zero star has none.',
    }),
  },
  outputs: { guider: 'guider' },

  async run(items, ctx) {
    return items.map(({ positive, negative, cfg, correction, amount }) => ({
      guider: copied(ctx.tensor, {
        kind: 'cfg' as const,
        positive,
        ...(negative ? { negative } : {}),
        cfg,
        ...(correction === 'none' ? {} : { correction, amount }),
      }),
    }));
  },
});
