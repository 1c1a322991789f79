import { sigmaEnds, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { exponentialSigmas } from '../../src-main/diffusion/sigmas.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.exponential',
  title: 'Exponential sigmas',
  about: 'Takes the same share of the noise away at every step.',
  synonyms: ['exponential scheduler', 'schedule', 'logarithmic'],
  inputs: {
    steps: stepCount(),
    ...sigmaEnds,
  },
  outputs: { sigmas: 'sigmas' },
  plan({ steps, 'sigma-max': high, 'sigma-min': low }) {
    allowAtMost('sigmas.exponential', 'sigma-min', low, 0.0000001, high);
    return { sigmas: exponentialSigmas(low, high, steps).map(Math.fround) };
  },
});
