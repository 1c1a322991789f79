import { sigmaEnds, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { karrasSigmas } from '../../src-main/diffusion/sigmas.ts';
import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.karras',
  title: 'Karras sigmas',
  about: 'Falls fast at first and slowly near the end, after Karras.',
  synonyms: ['karras scheduler', 'schedule', 'noise schedule'],
  inputs: {
    steps: stepCount(),
    ...sigmaEnds,
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
