import { sdTurboSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { shareDrawn, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.sd-turbo',
  title: 'SD-Turbo sigmas',
  about: 'Takes the ten timesteps that SD-Turbo and SDXL-Turbo were made for.',
  synonyms: ['sd turbo scheduler', 'sdxl turbo', 'schedule'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that will draw: it says how much noise it knows.' }),
    steps: stepCount({ default: 1, max: 10 }),
    denoise: shareDrawn,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ denoiser, steps, denoise }, ctx) => ({
    sigmas: sdTurboSigmas(noiseModelOf(ctx.facts(denoiser).schedule), steps, denoise).map(Math.fround),
  }),
});
