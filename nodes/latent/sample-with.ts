import { noiseModeHelp, noiseModes } from '../../src-main/diffusion/noise-modes.ts';
import { sampled } from '../../src-main/diffusion/sample-run.ts';
import { samplerNames } from '../../src-main/diffusion/samplers/index.ts';
import { callsOf } from '../../src-main/diffusion/samplers/traits.ts';
import { fail } from '../../src-main/model/errors.ts';
import { bool, choice, float, link, optionalLink, seed } from '../../src-main/model/inputs.ts';
import { nearest } from '../../src-main/model/nearest.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

function samplerNamed(name: string) {
  const found = samplerNames.find((known) => known === name);
  if (found) return found;
  const values = { node: 'latent.sample-with', input: 'sampler', value: name, choices: samplerNames.join(', ') };
  return fail('input.notAChoice', { ...values, nearest: nearest(name, samplerNames) }, { input: 'sampler' });
}

export default defineNode({
  type: 'latent.sample-with',
  title: 'Sample with parts',
  about: 'Draws with a guider, a sampler and sigmas that were made apart.',
  synonyms: ['custom sampler', 'advanced sampler', 'two stages', 'no noise', 'leftover noise'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that draws.' }),
    guider: link('guider', { help: 'What to draw, and how closely.' }),
    sampler: link('sampler', { help: 'The way from one step to the next.' }),
    sigmas: link('sigmas', { help: 'How much noise there is before each step and at the end.' }),
    latent: link('latent', { help: 'What to draw on: an empty latent, or a picture that was encoded.' }),
    seed: seed({ help: 'The same seed gives the same picture. Picture i of several has the seed plus i.' }),
    noise: bool({
      default: true,
      help: 'Whether noise is added at the start. Off where the latent has some already, such as from a first stage.',
    }),
    'noise-mode': choice(noiseModes, { default: 'kiln', advanced: true, help: noiseModeHelp }),
    mask: optionalLink('mask', { help: 'Only where it is white is drawn anew; the rest of the latent stays.' }),
    guidance: float({
      default: 0,
      min: 0,
      max: 100,
      step: 0.1,
      advanced: true,
      help: 'Of models that guidance was distilled into, such as Flux and LCM. 0 takes what the pack is made for.',
    }),
  },
  outputs: { latent: 'latent', denoised: 'latent' },
  parts: { denoiser: ['denoiser', 'control-net'] },
  mayLack: ['control-net'],
  calls: ({ sigmas, sampler }) =>
    sigmas && sampler ? Math.max(0, callsOf(samplerNamed(sampler.name), sigmas.length - 1)) : 1,

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ sampler, sigmas, noise, ...item }) => {
        const way = { sampler: samplerNamed(sampler.name), sigmas };
        const task = { ...item, way, noise: item['noise-mode'], isNoised: noise, isLastSeenKept: true, draw: 0 };
        const { latent, denoised } = await sampled(task, ctx);
        return { latent, denoised: denoised! };
      }),
    );
  },
});
