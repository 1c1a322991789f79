import { splitSigmasDenoise } from '../../src-main/diffusion/edit-sigmas.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.split-denoise',
  title: 'Split sigmas by denoise',
  about: 'Cuts a list of sigmas so that the second part has a share of the steps.',
  synonyms: ['split sigmas denoise', 'two stages', 'refiner'],
  inputs: {
    sigmas: link('sigmas'),
    denoise: float({ default: 1, min: 0, max: 1, step: 0.01, help: 'The share of the steps in the second part.' }),
  },
  outputs: { high: 'sigmas', low: 'sigmas' },
  plan({ sigmas, denoise }) {
    const [high, low] = splitSigmasDenoise(sigmas, denoise);
    return { high, low };
  },
});
