import { subgraphOf } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { Language } from '../../src-main/texts/language.ts';
import type { NodeWords } from '../../src-main/texts/node-words.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import type { Names } from '../../src-main/texts/say.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { newSlot } from './level-graph.ts';
import { inputsPrefix, outputsPrefix } from './live-specs.ts';
import type { OpenGraph } from './open-graph.ts';

const mapped = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** Title, help and labels of a node type of an open graph, its subgraphs and their boundaries among them. */
export function wordsOfType(open: OpenGraph, type: string, texts: PageTexts, language: Language): NodeWords | null {
  const spec = open.specs.get(type);
  if (!spec) return null;
  const words = sayNode(spec, language);
  const said = (label: string): string => texts.graphWords[label] ?? label;
  const outside = (prefix: string): NodeWords | null =>
    wordsOfType(open, `subgraph:${type.slice(prefix.length)}`, texts, language);
  if (type.startsWith(inputsPrefix)) {
    const labels = mapped(outside(inputsPrefix)?.inputs ?? {}, ({ label }) => label);
    return { ...words, outputs: { ...labels, [newSlot]: texts.subgraphs.newInput } };
  }
  if (type.startsWith(outputsPrefix)) {
    const labels = mapped(outside(outputsPrefix)?.outputs ?? {}, (label) => ({ label }));
    return { ...words, inputs: { ...labels, [newSlot]: { label: texts.subgraphs.newOutput } } };
  }
  const inner = subgraphOf({ type });
  if (inner === null) return words;
  const nodes = Object.keys(open.graph.get().subgraphs[inner as never]?.nodes ?? {}).length;
  return {
    ...words,
    title: words.title || texts.subgraphs.title,
    about: texts.subgraphs.about(nodes),
    inputs: mapped(words.inputs, (input) => ({ ...input, label: said(input.label) })),
  };
}

/**
 * What a person calls a graph's nodes: by their own titles, or those of their types, and their inputs and outputs as the
 * canvas labels them. Nodes in subgraphs are told with those around them (`outer/inner`); a single name is that of a
 * node where one is, or of the graph itself.
 */
export function namesIn(
  open: OpenGraph,
  texts: PageTexts,
  language: Language,
  of: 'level' | 'graph' = 'level',
): Required<Names> {
  const here = open.level(open.scope.get());
  const levelOf = (parts: readonly NodeId[]): OpenGraph =>
    of === 'level' && parts.length === 1 && here.graph.get().nodes[parts[0]!] ? here : open.level(parts.slice(0, -1));
  const wordsAt = (level: OpenGraph, id: NodeId) => {
    const node = level.graph.get().nodes[id];
    return { node, words: node ? wordsOfType(open, node.type, texts, language) : null };
  };
  const titleAt = (level: OpenGraph, id: NodeId): string => {
    const { node, words } = wordsAt(level, id);
    return (node?.title && (texts.graphWords[node.title] ?? node.title)) || (words?.title ?? id);
  };
  return {
    title(step) {
      const parts = step.split('/') as NodeId[];
      const level = levelOf(parts);
      if (parts.length === 1) return titleAt(level, parts[0]!);
      return parts.map((id, i) => titleAt(open.level(parts.slice(0, i)), id)).join(' › ');
    },
    label(step, slot, side) {
      const parts = step.split('/') as NodeId[];
      const { words } = wordsAt(levelOf(parts), parts.at(-1)!);
      return (side === 'input' ? words?.inputs[slot]?.label : words?.outputs[slot]) ?? slot;
    },
  };
}
