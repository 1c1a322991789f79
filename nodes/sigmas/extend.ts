import { extendSigmas, spacingNames } from '../../src-main/diffusion/edit-sigmas.ts';
import { choice, float, int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { allowAtMost } from '../../src-main/model/number-range.ts';

export default definePlannedNode({
  type: 'sigmas.extend',
  title: 'Extend sigmas',
  about: 'Puts more steps into a part of a list of sigmas.',
  synonyms: ['extend intermediate sigmas', 'interpolate', 'more steps'],
  inputs: {
    sigmas: link('sigmas'),
    steps: int({ default: 2, min: 1, max: 100, help: 'How many steps each step of that part becomes.' }),
    start: float({
      default: -1,
      min: -1,
      max: 20_000,
      step: 0.01,
      help: 'The noise from which on steps are added; -1 is no limit.',
    }),
    end: float({ default: 12, min: 0, max: 20_000, step: 0.01, help: 'The noise down to which steps are added.' }),
    spacing: choice(spacingNames, { default: 'linear', help: 'How the new steps lie between the old ones.' }),
  },
  outputs: { sigmas: 'sigmas' },
  plan({ sigmas, steps, start, end, spacing }) {
    // Several of them in a row would multiply without end.
    allowAtMost('sigmas.extend', 'steps', steps, 1, Math.max(1, Math.floor(limits.sigmas / sigmas.length)));
    return { sigmas: extendSigmas(sigmas, steps, start, end, spacing).map(Math.fround) };
  },
});
