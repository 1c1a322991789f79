import { regional } from '../../src-main/diffusion/conditioning-tensors.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'conditioning.set-timestep-range',
  title: 'Set timestep range',
  about: 'Lets a conditioning count only for a part of the way.',
  synonyms: ['start', 'end', 'prompt schedule', 'timing'],
  inputs: {
    conditioning: link('conditioning'),
    start: float({ default: 0, min: 0, max: 1, step: 0.001, help: 'From which share of the way on: 0 is all noise.' }),
    end: float({ default: 1, min: 0, max: 1, step: 0.001, help: 'Up to which share of the way: 1 is none.' }),
  },
  outputs: { conditioning: 'conditioning' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ conditioning, start, end }) => ({
        conditioning: regional(ctx.tensor, conditioning, { start, end }),
      })),
    );
  },
});
