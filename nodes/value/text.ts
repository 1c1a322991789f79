import { text } from '../../src-main/model/inputs.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';

export default definePlannedNode({
  type: 'value.text',
  title: 'Text',
  about: 'One text for several nodes.',
  synonyms: ['string', 'prompt', 'words', 'primitive'],
  inputs: { text: text({ multiline: true, help: 'Any text, such as a prompt.' }) },
  outputs: { text: 'text' },
  plan: ({ text: value }) => ({ text: value }),
});
