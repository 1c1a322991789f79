import { karrasSigmas } from '../../src-main/diffusion/sigmas.ts';
import { float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.karras',
  title: 'Karras sigmas',
  about: 'Falls fast at first and slowly near the end, after Karras.',
  synonyms: ['karras scheduler', 'schedule', 'noise schedule'],
  inputs: {
    steps: int({ default: 20, min: 1, max: 1000, help: 'How many steps; the list has one number more.' }),
    'sigma-max': float({
      default: 14.614642,
      min: 0.000001,
      max: 5000,
      step: 0.000001,
      help: 'The noise at the start.',
    }),
    'sigma-min': float({
      default: 0.0291675,
      min: 0.0000001,
      max: 5000,
      step: 0.0000001,
      help: 'The noise before the last step, which ends without any.',
    }),
    rho: float({
      default: 7,
      min: 0.1,
      max: 100,
      step: 0.1,
      help: 'How strongly the steps gather where there is little noise.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan({ steps, 'sigma-max': high, 'sigma-min': low, rho }) {
    allowAtMost('sigmas.karras', 'sigma-min', low, 0.0000001, high);
    return { sigmas: karrasSigmas(low, high, steps, rho).map(Math.fround) };
  },
});
