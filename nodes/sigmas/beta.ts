import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { betaSigmas } from '../../src-main/diffusion/sigmas.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.beta',
  title: 'Beta sigmas',
  about: 'Gathers the steps at the start and at the end, by a beta distribution.',
  synonyms: ['beta sampling scheduler', 'schedule'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that will draw: it says how much noise it knows.' }),
    steps: stepCount(),
    alpha: float({
      default: 0.6,
      min: 0.1,
      max: 50,
      step: 0.1,
      help: 'Less gathers more steps where there is much noise.',
    }),
    beta: float({
      default: 0.6,
      min: 0.1,
      max: 50,
      step: 0.1,
      help: 'Less gathers more steps where there is little noise.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ denoiser, steps, alpha, beta }, ctx) => ({
    sigmas: betaSigmas(noiseModelOf(ctx.facts(denoiser).schedule), steps, alpha, beta).map(Math.fround),
  }),
});
