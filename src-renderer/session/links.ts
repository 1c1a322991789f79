import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { valueTypeOf } from '../../src-main/model/inputs.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { accepts } from '../../src-main/model/value-types.ts';
import { inputsNode, isBoundary, newSlot } from './level-graph.ts';

export interface Source {
  readonly node: NodeId;
  readonly output: string;
}

/** Nodes that hang on a node, itself included: linking one of them into it would go in a circle. */
function downstream(graph: Graph, id: NodeId): ReadonlySet<NodeId> {
  const found = new Set([id]);
  const next = new Map<NodeId, NodeId[]>();
  for (const { from, to } of Object.values(graph.links)) next.set(from.node, [...(next.get(from.node) ?? []), to.node]);
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const reached of next.get(at) ?? [])
      if (!found.has(reached)) {
        found.add(reached);
        open.push(reached);
      }
  return found;
}

/** Every output of the graph that may be linked into an input. */
export function sourcesFor(graph: Graph, specs: NodeSpecs, id: NodeId, input: string): readonly Source[] {
  const spec = specs.get(graph.nodes[id]?.type ?? '')?.inputs[input];
  const wanted = spec && valueTypeOf(spec);
  if (!wanted) return [];
  const after = downstream(graph, id);
  const found = Object.values(graph.nodes)
    .filter((node) => !after.has(node.id))
    .flatMap((node) =>
      Object.entries(specs.get(node.type)?.outputs ?? {})
        .filter(([, given]) => accepts(wanted, given))
        .map(([output]) => ({ node: node.id, output })),
    );
  // In a subgraph, any input may be handed out to where it is used.
  return Object.hasOwn(graph.nodes, inputsNode) ? [...found, { node: inputsNode, output: newSlot }] : found;
}

/** Outputs that a link may begin at: no input takes files. */
export const givenBy = (spec: NodeSpec | undefined): readonly string[] =>
  Object.entries(spec?.outputs ?? {}).flatMap(([output, type]) => (type === 'files' ? [] : [output]));

/** Every output of an open subgraph that it may hand out. */
export const sourcesOfOutputs = (graph: Graph, specs: NodeSpecs): readonly Source[] =>
  Object.values(graph.nodes)
    .filter(({ id }) => !isBoundary(id))
    .flatMap(({ id, type }) => givenBy(specs.get(type)).map((output) => ({ node: id, output })));

/** Whether a link would make the graph go in a circle. */
export const makesCircle = (graph: Graph, from: NodeId, to: NodeId): boolean => downstream(graph, to).has(from);

/** Whether two graphs have the same nodes by the same names, and the same links: values and places may differ. */
export function sameWiring(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  if (a.links !== b.links || a.subgraphs !== b.subgraphs) return false;
  if (a.nodes === b.nodes) return true;
  const nodes = Object.values(b.nodes);
  return (
    nodes.length === Object.keys(a.nodes).length &&
    nodes.every((node) => {
      const was = a.nodes[node.id];
      return was === node || (was?.type === node.type && was.title === node.title);
    })
  );
}
