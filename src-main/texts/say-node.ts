import type { NodeSpec } from '../model/node-spec.ts';
import { nodes as chinese, type InputWords, type NodeWords } from './chinese/nodes.ts';
import type { Language } from './language.ts';

/** `text-encoder` as a label: `Text encoder`; what people write in capitals, in capitals. */
const labelOf = (name: string): string =>
  ['vae', 'cfg'].includes(name)
    ? name.toUpperCase()
    : name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

function englishOf(spec: NodeSpec): NodeWords {
  const inputs = Object.entries(spec.inputs).map(([name, { help }]): [string, InputWords] => [
    name,
    help ? { label: labelOf(name), help } : { label: labelOf(name) },
  ]);
  return {
    title: spec.title,
    about: spec.about,
    synonyms: spec.synonyms,
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(Object.keys(spec.outputs).map((name) => [name, labelOf(name)])),
  };
}

/** Title, help and labels of a node type; English where a language has none, such as for node packs of others. */
export function sayNode(spec: NodeSpec, language: Language): NodeWords {
  const english = englishOf(spec);
  const words = language === 'zh' ? chinese[spec.type] : undefined;
  if (!words) return english;
  return {
    title: words.title,
    about: words.about,
    synonyms: [...words.synonyms, ...english.synonyms],
    inputs: { ...english.inputs, ...words.inputs },
    outputs: { ...english.outputs, ...words.outputs },
  };
}
