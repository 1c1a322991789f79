import { exponentialSigmas } from '../../src-main/diffusion/sigmas.ts';
import { float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.exponential',
  title: 'Exponential sigmas',
  about: 'Takes the same share of the noise away at every step.',
  synonyms: ['exponential scheduler', 'schedule', 'logarithmic'],
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
  },
  outputs: { sigmas: 'sigmas' },
  plan({ steps, 'sigma-max': high, 'sigma-min': low }) {
    allowAtMost('sigmas.exponential', 'sigma-min', low, 0.0000001, high);
    return { sigmas: exponentialSigmas(low, high, steps).map(Math.fround) };
  },
});
