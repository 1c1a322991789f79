import { flux2Sigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { int } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.flux',
  title: 'Flux 2 sigmas',
  about: 'Spreads the noise as Flux 2 wants it: larger pictures stay noisy for longer.',
  synonyms: ['flux2 scheduler', 'schedule', 'shift'],
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
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ steps, width, height }) => ({ sigmas: flux2Sigmas(steps, width, height).map(Math.fround) }),
});
