import { vpSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.vp',
  title: 'Variance-preserving sigmas',
  about: 'Takes even times of a variance-preserving process.',
  synonyms: ['vp scheduler', 'schedule'],
  inputs: {
    steps: stepCount(),
    'beta-d': float({
      default: 19.9,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How much faster noise comes in at the end than at the beginning.',
    }),
    'beta-min': float({ default: 0.1, min: 0, max: 10, step: 0.01, help: 'How fast noise comes in at the beginning.' }),
    eps: float({
      default: 0.001,
      min: 0,
      max: 1,
      step: 0.0001,
      help: 'The time before the last step; the first one has 1.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ steps, 'beta-d': betaD, 'beta-min': betaMin, eps }) => ({
    sigmas: vpSigmas(steps, betaD, betaMin, eps).map(Math.fround),
  }),
});
