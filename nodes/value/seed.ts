import { seed } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'value.seed',
  title: 'Seed',
  about: 'One seed for several nodes.',
  synonyms: ['random', 'noise seed', 'primitive'],
  inputs: {
    seed: seed({ help: 'A whole number from 0 to 18446744073709551615. The same seed gives the same picture.' }),
  },
  outputs: { seed: 'seed' },
  plan: ({ seed: value }) => ({ seed: value }),
});
