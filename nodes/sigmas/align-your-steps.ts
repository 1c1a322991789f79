import { alignYourStepsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { shareDrawn, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { choice } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.align-your-steps',
  title: 'Align Your Steps sigmas',
  about: 'Takes the noise levels that Align Your Steps found best for few steps.',
  synonyms: ['ays', 'align your steps scheduler', 'schedule'],
  inputs: {
    model: choice(['SD1', 'SDXL', 'SVD'], { default: 'SD1', help: 'The family of the pack that will draw.' }),
    steps: stepCount({ default: 10 }),
    denoise: shareDrawn,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ model, steps, denoise }) => ({ sigmas: alignYourStepsSigmas(model, steps, denoise).map(Math.fround) }),
});
