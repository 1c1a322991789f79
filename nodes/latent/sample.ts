import { noiseModeHelp, noiseModes } from '../../src-main/diffusion/noise-modes.ts';
import { sampled } from '../../src-main/diffusion/sample-run.ts';
import { samplerNames } from '../../src-main/diffusion/samplers/index.ts';
import { callsOf } from '../../src-main/diffusion/samplers/traits.ts';
import { scheduleNames } from '../../src-main/diffusion/sigmas.ts';
import { choice, float, int, link, optionalLink, seed } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.sample',
  title: 'Sample',
  about: 'Draws: takes noise away from latents step by step until what the prompt says is left.',
  synonyms: ['ksampler', 'sampler', 'denoise', 'generate', 'steps', 'cfg'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that draws.' }),
    positive: link('conditioning', { help: 'What to draw.' }),
    negative: optionalLink('conditioning', { help: 'What to stay away from. Without it there is no guidance.' }),
    latent: link('latent', { help: 'What to draw on: an empty latent, or a picture that was encoded.' }),
    seed: seed({ help: 'The same seed gives the same picture. Picture i of several has the seed plus i.' }),
    steps: int({ default: 8, min: 1, max: 1000, help: 'More steps take longer and are usually finer.' }),
    cfg: float({
      default: 1,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How closely to follow the prompt, against the negative one. 1 is no guidance and takes half the time.',
    }),
    sampler: choice(['pack', ...samplerNames], {
      default: 'euler',
      help: 'The way from one step to the next. `pack` runs as the makers of the pack say, whatever the scheduler.',
    }),
    scheduler: choice(scheduleNames, { default: 'simple', help: 'How the noise is spread over the steps.' }),
    denoise: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How much of the latent is drawn anew: 1 is all of it, 0 leaves it as it is.',
    }),
    guidance: float({
      default: 0,
      min: 0,
      max: 100,
      step: 0.1,
      advanced: true,
      help: 'Of models that guidance was distilled into, such as Flux and LCM. 0 takes what the pack is made for.',
    }),
    mask: optionalLink('mask', { help: 'Only where it is white is drawn anew; the rest of the latent stays.' }),
    'noise-mode': choice(noiseModes, { default: 'kiln', advanced: true, help: noiseModeHelp }),
    draw: int({
      default: 0,
      min: 0,
      max: 1000,
      advanced: true,
      help: 'With the sampler `pack`: how often the seed was drawn from before, such as 1 where the picture was encoded with it.',
    }),
  },
  outputs: { latent: 'latent' },
  parts: { denoiser: ['denoiser', 'control-net'] },
  mayLack: ['control-net'],
  calls: ({ steps = 8, sampler = 'euler' }) => (sampler === 'pack' ? steps : callsOf(sampler, steps)),

  prepare({ denoiser, sampler }, ctx) {
    if (sampler === 'pack' && denoiser)
      for (const { code, values } of ctx.facts(denoiser).warnings) ctx.warn(code, values);
    return {};
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ positive, negative, cfg, sampler, scheduler: schedule, steps, denoise, ...item }) => {
        const guider = { kind: 'cfg' as const, positive, ...(negative ? { negative } : {}), cfg };
        const way = { sampler, schedule, steps, denoise };
        const task = { ...item, guider, way, noise: item['noise-mode'], isNoised: true, isLastSeenKept: false };
        const { latent } = await sampled(task, ctx);
        return { latent };
      }),
    );
  },
});
