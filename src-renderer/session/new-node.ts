import { type Graph, type GraphBody, type GraphNode, subgraphPrefix } from '../../src-main/model/graph.ts';
import { type NodeId, newId } from '../../src-main/model/ids.ts';
import { valueTypeOf } from '../../src-main/model/inputs.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { accepts, type ValueType } from '../../src-main/model/value-types.ts';

/** A short id that says what the node is, as people write them in files: `sample`, `sample-2`. */
export function freshId(graph: GraphBody, type: string): NodeId {
  const isSubgraph = type.startsWith(subgraphPrefix);
  const word = isSubgraph ? 'subgraph' : type.slice(type.lastIndexOf('.') + 1).replace(/[^\w-]/g, '') || 'node';
  if (!Object.hasOwn(graph.nodes, word)) return word as NodeId;
  for (let n = 2; n < 10_000; n++) if (!Object.hasOwn(graph.nodes, `${word}-${n}`)) return `${word}-${n}` as NodeId;
  return newId<NodeId>('node');
}

/** A node as it comes out of the palette: every value is that of its type. */
export const nodeOf = (graph: Graph, spec: NodeSpec, at: readonly [number, number]): GraphNode => ({
  id: freshId(graph, spec.type),
  type: spec.type,
  version: spec.version,
  values: {},
  at,
});

/** The first input of a node type that takes this, or output that gives it. */
export const inputFor = (spec: NodeSpec, given: ValueType): string | undefined =>
  Object.entries(spec.inputs).find(([, input]) => {
    const wanted = valueTypeOf(input);
    return wanted !== null && accepts(wanted, given);
  })?.[0];
export const outputFor = (spec: NodeSpec, wanted: ValueType): string | undefined =>
  Object.entries(spec.outputs).find(([, given]) => accepts(wanted, given))?.[0];

/** What an end of a link carries or takes; null where that is not known. */
export function typeAt(
  graph: Graph,
  specs: NodeSpecs,
  end: { readonly node: NodeId; readonly slot: string; readonly isOutput: boolean },
): ValueType | null {
  const spec = specs.get(graph.nodes[end.node]?.type ?? '');
  if (end.isOutput) return spec?.outputs[end.slot] ?? null;
  const input = spec?.inputs[end.slot];
  return input ? valueTypeOf(input) : null;
}
