import { splitSigmas } from '../../src-main/diffusion/edit-sigmas.ts';
import { int, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.split',
  title: 'Split sigmas',
  about: 'Cuts a list of sigmas at a step: a first run for the noisy part, a second one for the rest.',
  synonyms: ['split sigmas', 'two stages', 'refiner', 'cut'],
  inputs: {
    sigmas: link('sigmas'),
    step: int({ default: 0, min: 0, max: 10_000, help: 'How many steps the first part has.' }),
  },
  outputs: { high: 'sigmas', low: 'sigmas' },
  plan({ sigmas, step }) {
    const [high, low] = splitSigmas(sigmas, step);
    return { high, low };
  },
});
