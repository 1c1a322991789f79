import { flatten } from '../model/flat-graph.ts';
import { type Graph, linkIdOf } from '../model/graph.ts';
import type { NodeId, StepId } from '../model/ids.ts';
import { maxSeed, seedPlus } from '../model/inputs.ts';
import type { Json } from '../model/json.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import { orderFrom } from '../model/problems.ts';
import { resolveGraph } from './resolve.ts';

const isSeed = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) <= maxSeed;

/**
 * The graph that makes picture `index` of a sink alone: every seed above the sink goes up by `index`, every count
 * becomes 1. Picture i of several equals the only one of seed + i, so both get the same graph. Null where that cannot
 * be said from outside: inside a subgraph, or where nothing above the sink makes several pictures.
 */
export function singled(graph: Graph, specs: NodeSpecs, sink: StepId, index: number): Graph | null {
  const { flat } = flatten(graph, specs);
  const ordered = orderFrom(flat, [sink]);
  const resolved = resolveGraph(graph, specs, [sink]);
  const above = 'order' in ordered ? ordered.order : [];
  const changes = new Map<string, { node: NodeId; input: string; value: Json }>();
  let several = false;
  for (const id of above) {
    const node = flat.get(id)!;
    if (node.type === 'latent.empty' && resolved.valueOf(id, 'count') !== 1) {
      several = true;
      changes.set(`${id}.count`, { node: id as string as NodeId, input: 'count', value: 1 });
    }
    for (const [name, input] of Object.entries(specs.get(node.type)?.inputs ?? {})) {
      const link = node.links[name];
      // A linked seed node is above the sink as well, and is changed itself.
      if (input.kind !== 'seed' || index === 0 || (link && flat.get(link.step)?.type === 'value.seed')) continue;
      const seed = resolved.valueOf(id, name);
      const text = typeof seed === 'number' ? String(seed) : seed;
      if (!isSeed(text)) return null;
      changes.set(`${id}.${name}`, { node: id as string as NodeId, input: name, value: seedPlus(text, index) });
    }
  }
  if (!several) return index === 0 ? graph : null;
  const nodes = { ...graph.nodes };
  const links = { ...graph.links };
  for (const { node: id, input, value } of changes.values()) {
    const node = nodes[id];
    if (!node) return null;
    nodes[id] = { ...node, values: { ...node.values, [input]: value } };
    delete links[linkIdOf({ node: id, input })];
  }
  return { ...graph, nodes, links };
}
