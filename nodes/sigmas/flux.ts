import { flux2Sigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { pictureSides, stepCount } from '../../src-main/diffusion/sigma-inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.flux',
  title: 'Flux 2 sigmas',
  about: 'Spreads the noise as Flux 2 wants it: larger pictures stay noisy for longer.',
  synonyms: ['flux2 scheduler', 'schedule', 'shift'],
  inputs: {
    steps: stepCount(),
    ...pictureSides,
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ steps, width, height }) => ({ sigmas: flux2Sigmas(steps, width, height).map(Math.fround) }),
});
