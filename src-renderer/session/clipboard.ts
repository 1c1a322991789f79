import type { Graph, GraphNode } from '../../src-main/model/graph.ts';
import { emptyGraph, linkIdOf } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { GraphId, NodeId } from '../../src-main/model/ids.ts';
import { freshId } from './new-node.ts';

/** Nodes with the links between them, as the text of a graph: it pastes into a file, a chat, another window. */
export function copied(graph: Graph, ids: ReadonlySet<NodeId>): string | null {
  const nodes = Object.values(graph.nodes).filter(({ id }) => ids.has(id));
  if (nodes.length === 0) return null;
  const links = Object.values(graph.links).filter(({ from, to }) => ids.has(from.node) && ids.has(to.node));
  return writeGraph({
    ...emptyGraph('clipboard' as GraphId, graph.version),
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    links: Object.fromEntries(links.map((link) => [link.id, link])),
  });
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
  const renamed = new Map<NodeId, NodeId>();
  for (const node of nodes) {
    const id = freshId(draft, node.type);
    renamed.set(node.id, id);
    const moved: GraphNode = { ...node, id, at: [node.at[0] - left + at[0], node.at[1] - top + at[1]] };
    draft.nodes[id] = moved;
  }
  for (const link of Object.values(from.links)) {
    const [source, target] = [renamed.get(link.from.node), renamed.get(link.to.node)];
    if (!source || !target) continue;
    const to = { node: target, input: link.to.input };
    const id = linkIdOf(to);
    draft.links[id] = { ...link, id, from: { node: source, output: link.from.output }, to };
  }
  return [...renamed.values()];
}
