import { copied } from '../../src-main/diffusion/copied.ts';
import { choice, float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'guider.dual-cfg',
  title: 'Dual CFG guider',
  about: 'Follows a first conditioning against a second one, and the second against a negative one.',
  synonyms: ['two cfg', 'instruct pix2pix', 'edit'],
  inputs: {
    first: link('conditioning', { help: 'What to draw.' }),
    second: link('conditioning', { help: 'What counts less, such as the picture that is edited.' }),
    negative: link('conditioning', { help: 'What to stay away from.' }),
    cfg: float({
      default: 8,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How far to go from the second conditioning to the first.',
    }),
    'cfg-second': float({
      default: 8,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How far to go from the negative conditioning to the second.',
    }),
    style: choice(['regular', 'nested'], {
      default: 'regular',
      help: 'Nested goes from the negative one to what the other two give together.',
    }),
  },
  outputs: { guider: 'guider' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ first, second, negative, cfg, 'cfg-second': cfgSecond, style }) => ({
        guider: copied(ctx.tensor, {
          kind: 'dual-cfg' as const,
          first,
          second,
          negative,
          cfg,
          cfgSecond,
          isNested: style === 'nested',
        }),
      })),
    );
  },
});
