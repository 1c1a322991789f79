import { stepsOf } from '../../src-main/diffusion/edit-sigmas.ts';
import { bool, int, link } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.slice',
  title: 'Slice sigmas',
  about: 'Keeps the steps from one to another, for a run in several stages.',
  synonyms: ['start at step', 'end at step', 'ksampler advanced', 'leftover noise', 'range'],
  inputs: {
    sigmas: link('sigmas'),
    start: int({ default: 0, min: 0, max: 10_000, help: 'The first step, counted from 0.' }),
    end: int({ default: 10_000, min: 0, max: 10_000, help: 'The step before which the run ends.' }),
    finish: bool({ default: false, help: 'Whether all noise that is left is taken away in the last step.' }),
  },
  outputs: { sigmas: 'sigmas' },
  plan: ({ sigmas, start, end, finish }) => ({ sigmas: stepsOf(sigmas, start, end, finish) }),
});
