import { percentToSigma } from '../../src-main/diffusion/custom-sigmas.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { bool, float, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.at-percent',
  title: 'Sigma at a share',
  about: 'Says how much noise a model has after a share of its way.',
  synonyms: ['sampling percent to sigma', 'sigma', 'percent'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that will draw: it says how much noise it knows.' }),
    percent: float({
      default: 0,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'The share of the way: 0 is all noise, 1 is none.',
    }),
    actual: bool({
      default: false,
      help: 'At 0 and 1 gives the most and the least noise that the model was trained with.',
    }),
  },
  outputs: { sigma: 'float' },
  plan: ({ denoiser, percent, actual }, ctx) => ({
    sigma: percentToSigma(noiseModelOf(ctx.facts(denoiser).schedule), percent, actual),
  }),
});
