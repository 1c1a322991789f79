import { optimalStepsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { shareDrawn, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { choice } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.optimal-steps',
  title: 'Optimal Steps sigmas',
  about: 'Takes the noise levels that Optimal Steps found best for few steps.',
  synonyms: ['oss', 'optimal steps scheduler', 'schedule', 'flux'],
  inputs: {
    model: choice(['FLUX', 'Wan', 'Chroma'], { default: 'FLUX', help: 'The family of the pack that will draw.' }),
    steps: stepCount(),
    denoise: shareDrawn,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ model, steps, denoise }) => ({ sigmas: optimalStepsSigmas(model, steps, denoise).map(Math.fround) }),
});
