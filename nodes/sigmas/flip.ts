import { flipSigmas } from '../../src-main/diffusion/edit-sigmas.ts';
import { link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.flip',
  title: 'Flip sigmas',
  about: 'Turns a list of sigmas round, for a way from a picture back to noise.',
  synonyms: ['flip sigmas', 'unsample', 'invert', 'reverse'],
  inputs: {
    sigmas: link('sigmas'),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ sigmas }) => ({ sigmas: flipSigmas(sigmas) }),
});
