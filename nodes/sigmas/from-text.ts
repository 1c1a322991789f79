import { manualSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { fail } from '../../src-main/model/errors.ts';
import { text } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'sigmas.from-text',
  title: 'Sigmas from text',
  about: 'Reads a list of sigmas that somebody wrote down.',
  synonyms: ['manual sigmas', 'custom sigmas', 'list', 'string to sigmas'],
  inputs: {
    text: text({
      default: '1, 0.5, 0',
      multiline: true,
      help: 'Numbers, whatever stands between them; as a rule they fall and end at 0.',
    }),
  },
  outputs: { sigmas: 'sigmas' },
  plan({ text: written }) {
    const sigmas = manualSigmas(written).map(Math.fround);
    if (sigmas.length === 0 || !sigmas.every(Number.isFinite))
      fail(
        'input.wrongKind',
        { node: 'sigmas.from-text', input: 'text', wanted: 'sigmas', given: 'text' },
        { input: 'text' },
      );
    return { sigmas };
  },
});
