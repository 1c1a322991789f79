import { subgraphOf } from '../../src-main/model/graph.ts';
import type { NodeWords } from '../../src-main/texts/chinese/nodes.ts';
import type { Language } from '../../src-main/texts/language.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { newSlot } from '../session/level-graph.ts';
import { inputsPrefix, outputsPrefix } from '../session/live-specs.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { useCell } from './place.tsx';

/** What is worked on: the graph, or the subgraph in it that is open. */
export function useLevel(root: OpenGraph): OpenGraph {
  return root.level(useCell(root.scope));
}

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
