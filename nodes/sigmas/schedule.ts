import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { shareDrawn, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { scheduleNames, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import { choice, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.schedule',
  title: 'Schedule of sigmas',
  about: 'Spreads the noise that a model knows over the steps, as a scheduler does.',
  synonyms: [
    'basic scheduler',
    'schedule',
    'noise schedule',
    'normal',
    'karras',
    'sgm uniform',
    'ddim uniform',
    'kl optimal',
  ],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that will draw: it says how much noise it knows.' }),
    scheduler: choice(scheduleNames, { default: 'simple', help: 'How the noise is spread over the steps.' }),
    steps: stepCount(),
    denoise: shareDrawn,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ denoiser, scheduler, steps, denoise }, ctx) => ({
    sigmas: sigmasOf(scheduler, noiseModelOf(ctx.facts(denoiser).schedule), steps, denoise),
  }),
});
