import { copied } from '../../src-main/diffusion/copied.ts';
import { float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'control.apply',
  title: 'Apply ControlNet',
  about: 'Lets the control net of the pack that draws follow a picture, such as one of edges, depth or a pose.',
  synonyms: ['controlnet', 'control net apply', 'canny', 'pose', 'depth', 'scribble'],
  inputs: {
    conditioning: link('conditioning'),
    image: link('image', { help: 'What to follow, in the size of the picture that is drawn.' }),
    strength: float({ default: 1, min: 0, max: 10, step: 0.05, help: 'How much it counts; 0 is not at all.' }),
    start: float({ default: 0, min: 0, max: 1, step: 0.01, help: 'From which share of the steps on.' }),
    end: float({ default: 1, min: 0, max: 1, step: 0.01, help: 'Up to which share of the steps.' }),
  },
  outputs: { conditioning: 'conditioning' },

  async run(items, ctx) {
    return items.map(({ conditioning, image, strength, start, end }) => {
      const control = { image: ctx.tensor.split(image)[0]!, strength, start, end };
      return {
        conditioning: { entries: copied(ctx.tensor, conditioning).entries.map((entry) => ({ ...entry, control })) },
      };
    });
  },
});
