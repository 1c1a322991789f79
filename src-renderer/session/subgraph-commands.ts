import { type Graph, subgraphOf } from '../../src-main/model/graph.ts';
import { type NodeId, newId, type SubgraphId } from '../../src-main/model/ids.ts';
import {
  makeIndependent as independent,
  makeSubgraph as make,
  unpackNode,
  usesOf,
  wouldHoldItself,
} from '../../src-main/model/subgraph-edits.ts';
import { graphIn, holdsItself } from './clipboard.ts';
import { type AreaOf, markedIn } from './ground.ts';
import { isBoundary } from './level-graph.ts';
import { takeUp } from './mark.ts';
import { freshId } from './new-node.ts';
import type { OpenGraph } from './open-graph.ts';
import { enclosed, groundMarks } from './taken.ts';

// What a person can tell the open graph to do with subgraphs. Each is one step of undo.

/** The subgraph that a node shows, where it is there. */
export function subgraphAt(open: OpenGraph, id: NodeId): SubgraphId | null {
  const { nodes, subgraphs } = open.graph.get();
  const node = nodes[id];
  const inner = node ? subgraphOf(node) : null;
  return inner !== null && Object.hasOwn(subgraphs, inner) ? inner : null;
}

export const selectedSubgraphs = (open: OpenGraph): NodeId[] =>
  [...open.selection.get()].filter((id) => subgraphAt(open, id) !== null);

export const canMakeSubgraph = (open: OpenGraph): boolean => [...open.selection.get()].some((id) => !isBoundary(id));

/** Puts what is selected, with groups and notes among it, into a subgraph of that title. */
export function makeSubgraph(open: OpenGraph, title: string, areaOf: AreaOf = () => null): void {
  const { nodes, groups, notes } = enclosed(open, areaOf);
  const ids = nodes.filter((id) => !isBoundary(id));
  if (ids.length === 0) return;
  const node = freshId(open.graph.get(), 'subgraph:');
  const names = {
    subgraph: newId<SubgraphId>('subgraph'),
    node,
    title: freeTitle(open.graph.get(), title),
    groups,
    notes,
    inputsOf: (type: string) => Object.keys(open.specs.get(type)?.inputs ?? {}),
  };
  open.changeBody('subgraph', (draft, body) => make(draft, body, ids, names));
  open.selection.set(new Set([node]));
}

function freeTitle({ subgraphs }: Graph, wanted: string): string {
  const taken = new Set(Object.values(subgraphs).map(({ title }) => title));
  for (let n = 1; ; n++) {
    const title = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(title)) return title;
  }
}

export function unpack(open: OpenGraph): void {
  const ids = selectedSubgraphs(open);
  if (ids.length === 0) return;
  const added: NodeId[] = [];
  const before = open.graph.get();
  open.changeBody('unpack', (draft, body) => {
    for (const id of ids) added.push(...unpackNode(draft, body, id));
  });
  const marks = groundMarks(open.graph.get()).filter((mark) => markedIn(before, mark) === null);
  takeUp(open, added, marks);
}

/** Whether other nodes show the same subgraph. */
export const isShared = (open: OpenGraph, id: NodeId): boolean => {
  const inner = subgraphAt(open, id);
  return inner !== null && usesOf(open.graph.get(), inner) > 1;
};

export function makeIndependent(open: OpenGraph): void {
  const ids = selectedSubgraphs(open).filter((id) => isShared(open, id));
  if (ids.length === 0) return;
  open.changeBody('subgraph', (draft, body) => {
    for (const id of ids) independent(draft, body, id, newId<SubgraphId>('subgraph'));
  });
}

/** Answers whether there was a subgraph to open. */
export function enter(open: OpenGraph, id: NodeId | undefined = selectedSubgraphs(open)[0]): boolean {
  if (id === undefined || subgraphAt(open, id) === null) return false;
  open.history.close();
  open.scope.set([...open.place.path, id]);
  return true;
}

/** Back out, with the node that one comes from selected. */
export function leave(open: OpenGraph, to: number = open.place.path.length - 1): boolean {
  const { path } = open.place;
  const came = path[to];
  if (came === undefined) return false;
  open.history.close();
  open.level(path.slice(0, to)).selection.set(new Set([came]));
  open.scope.set(path.slice(0, to));
  return true;
}

/** Whether a node of that type may stand where one is: no subgraph may hold itself. */
export function mayHold(open: OpenGraph, type: string): boolean {
  const inner = subgraphOf({ type });
  const { subgraph } = open.place;
  return inner === null || subgraph === null || !wouldHoldItself(open.graph.get(), subgraph, inner);
}

/** Whether pasting a text here would make a subgraph hold itself. */
export function pasteHoldsItself(open: OpenGraph, text: string): boolean {
  const { subgraph } = open.place;
  const from = subgraph === null ? null : graphIn(text);
  return from !== null && holdsItself(open.graph.get(), subgraph!, from);
}
