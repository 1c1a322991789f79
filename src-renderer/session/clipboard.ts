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
import {
  type GraphId,
  type GroupId,
  type NodeId,
  type NoteId,
  newId,
  type SubgraphId,
} from '../../src-main/model/ids.ts';
import { canonicalJson, type Json } from '../../src-main/model/json.ts';
import { subgraphsIn, wouldHoldItself } from '../../src-main/model/subgraph-edits.ts';
import { freshKey, type Inside } from './ground.ts';
import { isBoundary } from './level-graph.ts';
import type { Mark } from './mark.ts';
import { type Point, shifted } from './move.ts';
import { freshId } from './new-node.ts';

/**
 * Nodes with the links between them, and groups and notes, as the text of a graph: it pastes into a file, a chat, another
 * window.
 */
export function copied(graph: Graph, taken: Inside): string | null {
  const ids = new Set(taken.nodes.filter((id) => !isBoundary(id)));
  const nodes = Object.values(graph.nodes).filter(({ id }) => ids.has(id));
  const groups = taken.groups.flatMap((id) => graph.groups[id] ?? []);
  const notes = taken.notes.flatMap((id) => graph.notes[id] ?? []);
  if (nodes.length + groups.length + notes.length === 0) return null;
  const links = Object.values(graph.links).filter(({ from, to }) => ids.has(from.node) && ids.has(to.node));
  const byId = <T extends { readonly id: string }>(all: readonly T[]) =>
    Object.fromEntries(all.map((one) => [one.id, one]));
  const body: Graph = {
    ...emptyGraph('clipboard' as GraphId, graph.version),
    nodes: byId(nodes),
    links: byId(links),
    groups: byId(groups),
    notes: byId(notes),
  };
  const used = [...subgraphsIn(graph, body)].flatMap((id) => graph.subgraphs[id] ?? []);
  return writeGraph({ ...body, subgraphs: byId(used) });
}

/** What a text holds to paste, or null when it is no graph. */
export function graphIn(text: string): Graph | null {
  if (!text.trimStart().startsWith('{')) return null;
  const read = readGraph(text, { name: 'clipboard' });
  return read.ok ? read.value : null;
}

/** What was pasted, under the names that it has here. */
export interface Pasted {
  readonly nodes: readonly NodeId[];
  readonly marks: readonly Mark[];
}

/** The upper left corner of all that a graph holds; null where it holds nothing. */
export function cornerOf({ nodes, groups, notes }: Graph): Point | null {
  const all = [...Object.values(nodes), ...Object.values(groups), ...Object.values(notes)];
  if (all.length === 0) return null;
  let [left, top] = [Infinity, Infinity];
  for (const { at } of all) [left, top] = [Math.min(left, at[0]), Math.min(top, at[1])];
  return [left, top];
}

/** Adds a copy of what a graph holds, with its upper left corner at a place. */
export function paste(draft: Graph, from: Graph, at: Point): Pasted {
  const corner = cornerOf(from);
  if (!corner) return { nodes: [], marks: [] };
  const by: Point = [at[0] - corner[0], at[1] - corner[1]];
  const nodes = Object.values(from.nodes);
  const typeOf = takeSubgraphs(draft, from);
  const renamed = new Map<NodeId, NodeId>();
  for (const node of nodes) {
    const id = freshId(draft, node.type);
    renamed.set(node.id, id);
    draft.nodes[id] = { ...node, id, type: typeOf(node), at: shifted(node.at, by) };
  }
  for (const link of Object.values(from.links)) {
    const [source, target] = [renamed.get(link.from.node), renamed.get(link.to.node)];
    if (!source || !target) continue;
    const to = { node: target, input: link.to.input };
    const id = linkIdOf(to);
    const via = link.via?.map((point) => shifted(point, by));
    draft.links[id] = {
      ...link,
      id,
      from: { node: source, output: link.from.output },
      to,
      ...(via ? { via } : {}),
    };
  }
  const marks: Mark[] = [];
  for (const group of Object.values(from.groups)) {
    const id = freshKey<GroupId>(draft.groups, 'group');
    draft.groups[id] = { ...group, id, at: shifted(group.at, by) };
    marks.push({ kind: 'group', id });
  }
  for (const note of Object.values(from.notes)) {
    const id = freshKey<NoteId>(draft.notes, 'note');
    draft.notes[id] = { ...note, id, at: shifted(note.at, by) };
    marks.push({ kind: 'note', id });
  }
  return { nodes: [...renamed.values()], marks };
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
