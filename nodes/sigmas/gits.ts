import { gitsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { float, int } from '../../src-main/model/inputs.ts';
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
    steps: int({ default: 10, min: 2, max: 1000, help: 'How many steps; the list has one number more.' }),
    denoise: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How much is drawn anew: below 1 only the last part of the way is taken.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ coeff, steps, denoise }) => ({ sigmas: gitsSigmas(coeff, steps, denoise).map(Math.fround) }),
});
