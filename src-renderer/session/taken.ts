import { removeGroup, removeNodes, removeNote } from '../../src-main/model/edits.ts';
import type { Graph, GraphBody } from '../../src-main/model/graph.ts';
import type { GroupId, NodeId, NoteId } from '../../src-main/model/ids.ts';
import { type Area, type AreaOf, areaOf, boundsOf, type Inside, insideOf, isWithin, markedIn } from './ground.ts';
import { type Mark, takeUp } from './mark.ts';
import { moveAll, type Point, shifted } from './move.ts';
import type { OpenGraph } from './open-graph.ts';

// What is taken up, nodes and groups and notes alike, and what goes with it.

/** What a hand carries: nodes, notes and groups that are taken up, and all that lies in those groups. */
export function carried({ graph, selection, marked }: OpenGraph, nodeArea: AreaOf): Inside {
  const body = graph.get();
  const [nodes, notes, groups] = [new Set(selection.get()), new Set<NoteId>(), new Set<GroupId>()];
  for (const mark of marked.get()) {
    if (mark.kind === 'note') notes.add(mark.id);
    else if (body.groups[mark.id]) {
      const inside = insideOf(body, body.groups[mark.id]!, nodeArea);
      for (const id of inside.nodes) nodes.add(id);
      for (const id of inside.notes) notes.add(id);
      for (const id of [mark.id, ...inside.groups]) groups.add(id);
    }
  }
  return { nodes: [...nodes], notes: [...notes], groups: [...groups] };
}

function boundsAround(body: GraphBody, { nodes, notes, groups }: Inside, nodeArea: AreaOf): Area | null {
  const ground = [...notes.flatMap((id) => body.notes[id] ?? []), ...groups.flatMap((id) => body.groups[id] ?? [])];
  return boundsOf([...nodes.flatMap((id) => nodeArea(id) ?? []), ...ground.map(areaOf)]);
}

/** Groups whole within an area that hold something, and nothing that stays. */
function framesOf(body: GraphBody, { nodes, notes }: Inside, bounds: Area, nodeArea: AreaOf): Inside['groups'] {
  const [nodesThere, notesThere] = [new Set(nodes), new Set(notes)];
  return Object.values(body.groups)
    .filter((group) => {
      if (!isWithin(bounds, areaOf(group))) return false;
      const held = insideOf(body, group, nodeArea);
      return (
        held.nodes.length + held.notes.length > 0 &&
        held.nodes.every((id) => nodesThere.has(id)) &&
        held.notes.every((id) => notesThere.has(id))
      );
    })
    .map(({ id }) => id);
}

/** What is copied: all that a hand carries, and groups that are whole within it. */
export function copiedWith(open: OpenGraph, nodeArea: AreaOf): Inside {
  const body = open.graph.get();
  const taken = carried(open, nodeArea);
  const bounds = boundsAround(body, taken, nodeArea);
  if (!bounds) return taken;
  return { ...taken, groups: [...new Set([...taken.groups, ...framesOf(body, taken, bounds, nodeArea)])] };
}

/** What goes into a subgraph: what is copied, and notes that lie among it. */
export function enclosed(open: OpenGraph, nodeArea: AreaOf): Inside {
  const body = open.graph.get();
  const taken = carried(open, nodeArea);
  const bounds = boundsAround(body, taken, nodeArea);
  if (!bounds) return taken;
  const among = Object.values(body.notes).filter((note) => isWithin(bounds, areaOf(note)));
  const all = { ...taken, notes: [...new Set([...taken.notes, ...among.map(({ id }) => id)])] };
  return { ...all, groups: [...new Set([...all.groups, ...framesOf(body, all, bounds, nodeArea)])] };
}

export function moveTaken(draft: GraphBody, { nodes, notes, groups }: Inside, by: Point): void {
  const to: Record<NodeId, Point> = {};
  for (const id of nodes) if (draft.nodes[id]) to[id] = shifted(draft.nodes[id].at, by);
  moveAll(draft, to);
  for (const found of [...notes.map((id) => draft.notes[id]), ...groups.map((id) => draft.groups[id])])
    if (found) found.at = shifted(found.at, by);
}

export function removeTaken(draft: Graph, { nodes, notes, groups }: Inside): void {
  removeNodes(draft, nodes);
  for (const id of notes) removeNote(draft, id);
  for (const id of groups) removeGroup(draft, id);
}

export const groundMarks = ({ notes, groups }: Pick<GraphBody, 'notes' | 'groups'>): Mark[] => [
  ...Object.values(groups).map(({ id }): Mark => ({ kind: 'group', id })),
  ...Object.values(notes).map(({ id }): Mark => ({ kind: 'note', id })),
];

/** Takes up the nodes that a rectangle touches, and the groups and notes that are whole in it. */
export function takeWithin(open: OpenGraph, area: Area, nodes: readonly NodeId[], isAdding: boolean): void {
  const body = open.graph.get();
  const before = isAdding ? open.marked.get() : [];
  const found = groundMarks(body).filter((mark) => isWithin(area, areaOf(markedIn(body, mark)!)));
  const marks = [
    ...before,
    ...found.filter((mark) => !before.some((one) => one.kind === mark.kind && one.id === mark.id)),
  ];
  takeUp(open, isAdding ? [...open.selection.get(), ...nodes] : nodes, marks);
}

/** Lets go of what is no longer there. */
export function dropGone(open: OpenGraph): void {
  const body = open.graph.get();
  const [nodes, marks] = [[...open.selection.get()], open.marked.get()];
  const nodesLeft = nodes.filter((id) => Object.hasOwn(body.nodes, id));
  const marksLeft = marks.filter((mark) => markedIn(body, mark) !== null);
  if (nodesLeft.length < nodes.length || marksLeft.length < marks.length) takeUp(open, nodesLeft, marksLeft);
}
