import { laplaceSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { sigmaEnds } from '../../src-main/diffusion/sigma-inputs.ts';
import { float, int } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.laplace',
  title: 'Laplace sigmas',
  about: 'Gathers the steps around a middle amount of noise. The list does not end at 0.',
  synonyms: ['laplace scheduler', 'schedule'],
  inputs: {
    steps: int({ default: 20, min: 1, max: 1000, help: 'How many numbers the list has; the steps are one fewer.' }),
    ...sigmaEnds,
    mu: float({
      default: 0,
      min: -10,
      max: 10,
      step: 0.1,
      help: 'The logarithm of the noise around which the steps gather.',
    }),
    beta: float({ default: 0.5, min: 0, max: 10, step: 0.1, help: 'How far they spread around it.' }),
  },
  outputs: { sigmas: 'sigmas' },
  plan({ steps, 'sigma-max': high, 'sigma-min': low, mu, beta }) {
    allowAtMost('sigmas.laplace', 'sigma-min', low, 0.0000001, high);
    return { sigmas: laplaceSigmas(low, high, steps, mu, beta).map(Math.fround) };
  },
});
