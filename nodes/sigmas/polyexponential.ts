import { polyexponentialSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { sigmaEnds, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.polyexponential',
  title: 'Polyexponential sigmas',
  about: 'Falls exponentially along a bent line.',
  synonyms: ['polyexponential scheduler', 'schedule'],
  inputs: {
    steps: stepCount(),
    ...sigmaEnds,
    rho: float({
      default: 1,
      min: 0.1,
      max: 100,
      step: 0.1,
      help: 'How the line is bent: 1 is straight, more gathers steps where there is little noise.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan({ steps, 'sigma-max': high, 'sigma-min': low, rho }) {
    allowAtMost('sigmas.polyexponential', 'sigma-min', low, 0.0000001, high);
    return { sigmas: polyexponentialSigmas(low, high, steps, rho).map(Math.fround) };
  },
});
