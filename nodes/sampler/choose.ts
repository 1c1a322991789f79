import { samplerNames } from '../../src-main/diffusion/samplers/index.ts';
import { choice } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sampler.choose',
  title: 'Choose sampler',
  about: 'Chooses the way from one step to the next.',
  synonyms: ['euler', 'dpm', 'heun', 'uni pc', 'algorithm', 'solver'],
  inputs: { sampler: choice(samplerNames, { default: 'euler', help: 'The way from one step to the next.' }) },
  outputs: { sampler: 'sampler' },
  plan: ({ sampler }) => ({ sampler: { name: sampler } }),
});
