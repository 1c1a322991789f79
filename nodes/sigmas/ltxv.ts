import { ltxvSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { bool, float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.ltxv',
  title: 'LTX sigmas',
  about: 'Spreads the noise as LTX-Video wants it, with a shift by the number of tokens.',
  synonyms: ['ltxv scheduler', 'ltx video', 'schedule', 'shift'],
  inputs: {
    steps: stepCount(),
    'max-shift': float({ default: 2.05, min: 0, max: 100, step: 0.01, help: 'The shift at 4096 tokens.' }),
    'base-shift': float({ default: 0.95, min: 0, max: 100, step: 0.01, help: 'The shift at 1024 tokens.' }),
    stretch: bool({ default: true, help: 'Whether the list is stretched to end at the terminal.' }),
    terminal: float({
      default: 0.1,
      min: 0,
      max: 0.99,
      step: 0.01,
      help: 'The noise before the last step, where the list is stretched.',
    }),
    tokens: int({
      default: 4096,
      min: 1,
      max: 1_000_000,
      advanced: true,
      help: 'Cells of the latent, of all its pictures.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ steps, 'max-shift': most, 'base-shift': base, stretch, terminal, tokens }) => ({
    sigmas: ltxvSigmas(steps, most, base, stretch ? terminal : null, tokens),
  }),
});
