import { type Graph, type GraphNode, linkIdOf, subgraphOf } from './graph.ts';
import { defaultOf } from './inputs.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';
import type { NodeSpecs } from './node-spec.ts';
import { type Settable, settables } from './overrides.ts';

/** Seeds that make the runs of `--times` differ: the exposed `seed`, else every seed on the way to the pictures. */
export function seedsOf(graph: Graph, specs: NodeSpecs, path: ReadonlySet<string>): { name: string; seed: string }[] {
  const all = settables(graph, specs).filter(({ spec }) => spec?.kind === 'seed');
  const offered = all.find(({ name, exposed }) => exposed && name === 'seed');
  const isUsed = ({ node, input }: Settable) =>
    !graph.links[linkIdOf({ node, input })] && [...path].some((id) => id === node || id.startsWith(`${node}/`));
  const chosen = offered ? [offered] : all.filter((item) => !item.exposed && isUsed(item));
  return chosen.flatMap((item) => {
    const seed = String(heldValue(graph, specs, item));
    return /^\d+$/.test(seed) ? [{ name: item.name, seed }] : [];
  });
}

/** What a settable input holds: its value, or the default of its node type. */
export const heldValue = (graph: Graph, specs: NodeSpecs, { node, input }: Settable): Json =>
  valueAt(graph, specs, graph.nodes[node], input) ?? null;

/** Through the boundaries of subgraphs: an outer value wins over an inner one. */
function valueAt(
  graph: Graph,
  specs: NodeSpecs,
  node: GraphNode | undefined,
  input: string,
  depth = 0,
): Json | undefined {
  if (!node || depth > limits.subgraphDepth) return undefined;
  const value = node.values[input];
  if (value !== undefined) return value;
  const inner = subgraphOf(node);
  if (!inner) {
    const spec = specs.get(node.type)?.inputs[input];
    return spec && (defaultOf(spec) as Json);
  }
  const subgraph = graph.subgraphs[inner];
  const exposed = subgraph?.exposed.find(({ name }) => name === input);
  return subgraph && exposed && valueAt(graph, specs, subgraph.nodes[exposed.node], exposed.input, depth + 1);
}
