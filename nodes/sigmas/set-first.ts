import { setFirstSigma } from '../../src-main/diffusion/edit-sigmas.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.set-first',
  title: 'Set first sigma',
  about: 'Replaces the first number of a list of sigmas.',
  synonyms: ['set first sigma'],
  inputs: {
    sigmas: link('sigmas'),
    sigma: float({ default: 136, min: 0, max: 20_000, step: 0.001, help: 'The noise at the start.' }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ sigmas, sigma }) => ({ sigmas: setFirstSigma(sigmas, Math.fround(sigma)) }),
});
