import type { NodeSpec } from '../model/node-spec.ts';
import { nodes as chinese } from './chinese/nodes.ts';
import type { Language } from './language.ts';
import type { InputWords, NodeWords } from './node-words.ts';

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

const said = new WeakMap<NodeSpec, Partial<Record<Language, NodeWords>>>();

/** Title, help and labels of a node type; English where a language has none, such as for node packs of others. */
export function sayNode(spec: NodeSpec, language: Language): NodeWords {
  const known = said.get(spec) ?? {};
  said.set(spec, known);
  known[language] ??= wordsOf(spec, language); // asked for each node in each frame
  return known[language];
}

function wordsOf(spec: NodeSpec, language: Language): NodeWords {
  if (spec.inner) return saySubgraph(spec, spec.inner, language);
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

/** In the words of what is inside, where they were not given others. */
function saySubgraph(spec: NodeSpec, inner: NonNullable<NodeSpec['inner']>, language: Language): NodeWords {
  const inputs = Object.entries(inner.inputs).map(([name, { spec: of, input, label }]): [string, InputWords] => {
    const words = sayNode(of, language).inputs[input];
    const own = label ?? (name === input ? words?.label : undefined) ?? labelOf(name);
    return [name, { ...words, label: own }];
  });
  const outputs = Object.entries(inner.outputs).map(([name, { spec: of, output }]): [string, string] => [
    name,
    (name === output ? sayNode(of, language).outputs[output] : undefined) ?? labelOf(name),
  ]);
  const { title, about, synonyms } = spec;
  return { title, about, synonyms, inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) };
}
