import { float } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'value.number',
  title: 'Number',
  about: 'One number for several inputs, as it is and rounded to a whole one.',
  synonyms: ['int', 'float', 'constant', 'primitive'],
  inputs: {
    number: float({ default: 0, min: -1e9, max: 1e9, help: 'Link “whole” to inputs that take whole numbers.' }),
  },
  outputs: { number: 'float', whole: 'int' },
  plan: ({ number }) => ({ number, whole: Math.round(number) || 0 }),
});
