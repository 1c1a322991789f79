import { ideogram4Sigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { pictureSides, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.ideogram',
  title: 'Ideogram 4 sigmas',
  about: 'Spreads the noise as Ideogram 4 wants it, by a logit-normal distribution.',
  synonyms: ['ideogram4 scheduler', 'logit normal', 'schedule'],
  inputs: {
    steps: stepCount(),
    ...pictureSides,
    mu: float({
      default: 0,
      min: -10,
      max: 10,
      step: 0.05,
      help: 'The middle of the distribution; more keeps the noise for longer.',
    }),
    std: float({ default: 1.5, min: 0.05, max: 10, step: 0.05, help: 'How wide the distribution is.' }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ steps, width, height, mu, std }) => ({
    sigmas: ideogram4Sigmas(steps, width, height, mu, std).map(Math.fround),
  }),
});
