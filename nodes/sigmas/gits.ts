import { gitsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { shareDrawn, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.gits',
  title: 'GITS sigmas',
  about: 'Takes the noise levels that GITS found best for few steps.',
  synonyms: ['gits scheduler', 'schedule', 'few steps'],
  inputs: {
    coeff: float({
      default: 1.2,
      min: 0.8,
      max: 1.5,
      step: 0.05,
      help: 'Less leaves more steps where there is much noise, more where there is little.',
    }),
    steps: stepCount({ default: 10, min: 2 }),
    denoise: shareDrawn,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ coeff, steps, denoise }) => ({ sigmas: gitsSigmas(coeff, steps, denoise).map(Math.fround) }),
});
