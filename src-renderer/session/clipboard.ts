import {
  emptyGraph,
  type Graph,
  type GraphNode,
  linkIdOf,
  type Subgraph,
  subgraphOf,
  subgraphPrefix,
} from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { type GraphId, type NodeId, newId, type SubgraphId } from '../../src-main/model/ids.ts';
import { canonicalJson, type Json } from '../../src-main/model/json.ts';
import { subgraphsIn, wouldHoldItself } from '../../src-main/model/subgraph-edits.ts';
import { isBoundary } from './level-graph.ts';
import { freshId } from './new-node.ts';

/** Nodes with the links between them, as the text of a graph: it pastes into a file, a chat, another window. */
export function copied(graph: Graph, ids: ReadonlySet<NodeId>): string | null {
  const nodes = Object.values(graph.nodes).filter(({ id }) => ids.has(id) && !isBoundary(id));
  if (nodes.length === 0) return null;
  const links = Object.values(graph.links).filter(({ from, to }) => ids.has(from.node) && ids.has(to.node));
  const body = {
    ...emptyGraph('clipboard' as GraphId, graph.version),
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    links: Object.fromEntries(
      links.filter(({ from, to }) => !isBoundary(from.node) && !isBoundary(to.node)).map((link) => [link.id, link]),
    ),
  };
  const used = [...subgraphsIn(graph, body)].flatMap((id) => graph.subgraphs[id] ?? []);
  return writeGraph({ ...body, subgraphs: Object.fromEntries(used.map((subgraph) => [subgraph.id, subgraph])) });
}

/** What a text holds to paste, or null when it is no graph. */
export function graphIn(text: string): Graph | null {
  if (!text.trimStart().startsWith('{')) return null;
  const read = readGraph(text, { name: 'clipboard' });
  return read.ok ? read.value : null;
}

/** Adds a copy of a graph's nodes, with its upper left corner at a place. Answers what was added. */
export function paste(draft: Graph, from: Graph, at: readonly [number, number]): NodeId[] {
  const nodes = Object.values(from.nodes);
  if (nodes.length === 0) return [];
  const left = Math.min(...nodes.map((node) => node.at[0]));
  const top = Math.min(...nodes.map((node) => node.at[1]));
  const typeOf = takeSubgraphs(draft, from);
  const renamed = new Map<NodeId, NodeId>();
  for (const node of nodes) {
    const id = freshId(draft, node.type);
    renamed.set(node.id, id);
    const place = [node.at[0] - left + at[0], node.at[1] - top + at[1]] as const;
    const moved: GraphNode = { ...node, id, type: typeOf(node), at: place };
    draft.nodes[id] = moved;
  }
  for (const link of Object.values(from.links)) {
    const [source, target] = [renamed.get(link.from.node), renamed.get(link.to.node)];
    if (!source || !target) continue;
    const to = { node: target, input: link.to.input };
    const id = linkIdOf(to);
    const via = link.via?.map(([x, y]) => [x - left + at[0], y - top + at[1]] as const);
    draft.links[id] = {
      ...link,
      id,
      from: { node: source, output: link.from.output },
      to,
      ...(via ? { via } : {}),
    };
  }
  return [...renamed.values()];
}

const sameSubgraph = (one: Subgraph, other: Subgraph): boolean =>
  canonicalJson(one as unknown as Json) === canonicalJson(other as unknown as Json);

/** Takes over the subgraphs of a graph: what is here already is shared, and what only has the same id gets another. */
function takeSubgraphs(draft: Graph, from: Graph): (node: GraphNode) => string {
  const ids = new Map<SubgraphId, SubgraphId>();
  const given = Object.values(from.subgraphs);
  for (const subgraph of given) {
    const here = draft.subgraphs[subgraph.id];
    const isNew = here !== undefined && !sameSubgraph(here, subgraph);
    ids.set(subgraph.id, isNew ? newId<SubgraphId>('subgraph') : subgraph.id);
  }
  const typeOf = (node: GraphNode): string => {
    const inner = subgraphOf(node);
    return inner === null ? node.type : subgraphPrefix + (ids.get(inner) ?? inner);
  };
  for (const subgraph of given) {
    const id = ids.get(subgraph.id)!;
    if (draft.subgraphs[id]) continue;
    const nodes = Object.values(subgraph.nodes).map((node) => [node.id, { ...node, type: typeOf(node) }]);
    draft.subgraphs[id] = { ...subgraph, id, nodes: Object.fromEntries(nodes) };
  }
  return typeOf;
}

/** Whether what is in a text would hold the subgraph that it is pasted into. */
export function holdsItself(graph: Graph, into: SubgraphId, from: Graph): boolean {
  const shared = [...subgraphsIn(from, from)].filter((id) => {
    const [here, there] = [graph.subgraphs[id], from.subgraphs[id]];
    return here !== undefined && (there === undefined || sameSubgraph(here, there));
  });
  return shared.some((id) => wouldHoldItself(graph, into, id));
}
