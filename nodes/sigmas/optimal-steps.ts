import { optimalStepsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { choice, float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.optimal-steps',
  title: 'Optimal Steps sigmas',
  about: 'Takes the noise levels that Optimal Steps found best for few steps.',
  synonyms: ['oss', 'optimal steps scheduler', 'schedule', 'flux'],
  inputs: {
    model: choice(['FLUX', 'Wan', 'Chroma'], { default: 'FLUX', help: 'The family of the pack that will draw.' }),
    steps: int({ default: 20, min: 1, max: 1000, help: 'How many steps; the list has one number more.' }),
    denoise: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How much is drawn anew: below 1 only the last part of the way is taken.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ model, steps, denoise }) => ({ sigmas: optimalStepsSigmas(model, steps, denoise).map(Math.fround) }),
});
