import { ideogram4Sigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { float, int } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.ideogram',
  title: 'Ideogram 4 sigmas',
  about: 'Spreads the noise as Ideogram 4 wants it, by a logit-normal distribution.',
  synonyms: ['ideogram4 scheduler', 'logit normal', 'schedule'],
  inputs: {
    steps: int({ default: 20, min: 1, max: 1000, help: 'How many steps; the list has one number more.' }),
    width: int({
      default: 1024,
      min: 16,
      max: limits.imageSidePx,
      step: 16,
      unit: 'px',
      help: 'The width of the picture.',
    }),
    height: int({
      default: 1024,
      min: 16,
      max: limits.imageSidePx,
      step: 16,
      unit: 'px',
      help: 'The height of the picture.',
    }),
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
