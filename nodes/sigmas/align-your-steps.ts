import { alignYourStepsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { choice, float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.align-your-steps',
  title: 'Align Your Steps sigmas',
  about: 'Takes the noise levels that Align Your Steps found best for few steps.',
  synonyms: ['ays', 'align your steps scheduler', 'schedule'],
  inputs: {
    model: choice(['SD1', 'SDXL', 'SVD'], { default: 'SD1', help: 'The family of the pack that will draw.' }),
    steps: int({ default: 10, min: 1, max: 1000, help: 'How many steps; the list has one number more.' }),
    denoise: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How much is drawn anew: below 1 only the last part of the way is taken.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ model, steps, denoise }) => ({ sigmas: alignYourStepsSigmas(model, steps, denoise).map(Math.fround) }),
});
