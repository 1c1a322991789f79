import { graphlib, layout } from '@dagrejs/dagre';
import { addNode, connect, moveNodes, setLooks, setVia } from '../../src-main/model/edits.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { copied, cornerOf, graphIn, type Pasted, paste } from './clipboard.ts';
import type { AreaOf, Inside } from './ground.ts';
import { newSlot } from './level-graph.ts';
import { givenBy } from './links.ts';
import { countTaken, letGo, takeUp } from './mark.ts';
import { type Point, shifted } from './move.ts';
import { inputFor, nodeOf, outputFor, typeAt } from './new-node.ts';
import type { OpenGraph } from './open-graph.ts';
import { carried, copiedWith, groundMarks, moveTaken, removeTaken } from './taken.ts';

const noArea: AreaOf = () => null;

/** An end of a link that waits for a node. */
interface LooseEnd {
  readonly node: NodeId;
  readonly slot: string;
  readonly isOutput: boolean;
}

// What a person can tell the open graph to do, with what is selected. Each is one step of undo.

const selected = (open: OpenGraph): NodeId[] => [...open.selection.get()];

/** Where a node goes that follows the one that is selected. */
export function placeBeside(open: OpenGraph): readonly [number, number] | null {
  const [only, ...more] = selected(open);
  const node = only !== undefined && more.length === 0 ? open.graph.get().nodes[only] : undefined;
  if (!node) return null;
  const taken = Object.values(open.graph.get().nodes).map(({ at }) => at);
  const x = node.at[0] + besideStep;
  let y = node.at[1];
  while (taken.some((at) => Math.abs(at[0] - x) < 264 && Math.abs(at[1] - y) < 120)) y += 160;
  return [x, y];
}

/** Links what a node gives into the inputs of another that want it: of each type its first input. */
function joinTo(draft: Graph, specs: NodeSpecs, from: NodeId, to: NodeId): void {
  const spec = specs.get(draft.nodes[to]?.type ?? '');
  for (const [output, type] of Object.entries(specs.get(draft.nodes[from]?.type ?? '')?.outputs ?? {})) {
    const input = spec && inputFor(spec, type);
    if (input && spec?.inputs[input]?.kind === 'link') connect(draft, { node: from, output }, { node: to, input });
  }
}

/** Adds a node. It is joined to the link that was let go, else to the one node that is selected. */
export function add(open: OpenGraph, spec: NodeSpec, at: readonly [number, number], loose: LooseEnd | null): NodeId {
  const node = nodeOf(open.graph.get(), spec, at);
  open.change('add', (draft) => {
    addNode(draft, node);
    if (!loose) {
      const [only, ...more] = selected(open);
      if (only !== undefined && more.length === 0) joinTo(draft, open.specs, only, node.id);
      return;
    }
    const type = typeAt(draft, open.specs, loose);
    const isNew = loose.slot === newSlot;
    if (!type && !isNew) return;
    const input = type ? inputFor(spec, type) : Object.keys(spec.inputs)[0];
    const output = type ? outputFor(spec, type) : givenBy(spec)[0];
    if (loose.isOutput && input) connect(draft, { node: loose.node, output: loose.slot }, { node: node.id, input });
    if (!loose.isOutput && output) connect(draft, { node: node.id, output }, { node: loose.node, input: loose.slot });
  });
  open.selection.set(new Set([node.id]));
  return node.id;
}

/** Of a group that is taken up, its frame alone: what lies in it stays. */
export function remove(open: OpenGraph): void {
  const marks = open.marked.get();
  if (countTaken(open) === 0) return;
  const taken: Inside = {
    nodes: selected(open),
    notes: marks.flatMap((mark) => (mark.kind === 'note' ? [mark.id] : [])),
    groups: marks.flatMap((mark) => (mark.kind === 'group' ? [mark.id] : [])),
  };
  open.change('remove', (draft) => removeTaken(draft, taken));
  letGo(open);
}

/** Muted or bypassed; all of them back where all of them are so. */
export function toggleMode(open: OpenGraph, mode: 'muted' | 'bypassed'): void {
  const ids = selected(open);
  const { nodes } = open.graph.get();
  const isOn = ids.every((id) => nodes[id]?.mode === mode);
  if (ids.length > 0) open.change('look', (draft) => setLooks(draft, ids, { mode: isOn ? null : mode }));
}

export function toggleCollapsed(open: OpenGraph): void {
  const ids = selected(open);
  const { nodes } = open.graph.get();
  const isOn = ids.every((id) => nodes[id]?.collapsed === true);
  if (ids.length > 0) open.change('look', (draft) => setLooks(draft, ids, { collapsed: isOn ? null : true }));
}

export const selectAll = (open: OpenGraph): void =>
  takeUp(open, Object.keys(open.graph.get().nodes) as NodeId[], groundMarks(open.graph.get()));

/** Selects the node after or before the one that is selected, as one reads: by columns, from above. */
export function selectNext(open: OpenGraph, by: number): void {
  const inOrder = Object.values(open.graph.get().nodes).sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  if (inOrder.length === 0) return;
  const at = inOrder.findIndex(({ id }) => open.selection.get().has(id));
  const next = at < 0 ? (by > 0 ? 0 : inOrder.length - 1) : (at + by + inOrder.length) % inOrder.length;
  open.selection.set(new Set([inOrder[next]!.id]));
}

/** As what is taken up goes, with all that lies in the groups of it. */
export const copyText = (open: OpenGraph, areaOf: AreaOf = noArea): string | null =>
  copied(open.graph.get(), copiedWith(open, areaOf));

/** Takes away what `copyText` copies. */
export function cut(open: OpenGraph, areaOf: AreaOf = noArea): void {
  const taken = copiedWith(open, areaOf);
  open.change('remove', (draft) => removeTaken(draft, taken));
  letGo(open);
}

/** Answers whether the text was a graph. */
export function pasteText(open: OpenGraph, text: string, at: Point): boolean {
  const from = graphIn(text);
  if (!from) return false;
  let added: Pasted = { nodes: [], marks: [] };
  open.change('paste', (draft) => {
    added = paste(draft, from, at);
  });
  takeUp(open, added.nodes, added.marks);
  return true;
}

/** A node and the room for its links. */
const besideStep = 320;
const duplicateStep: Point = [32, 32];

export function duplicate(open: OpenGraph, areaOf: AreaOf = noArea): void {
  const text = copyText(open, areaOf);
  const corner = text && cornerOf(graphIn(text)!);
  if (text && corner) pasteText(open, text, shifted(corner, duplicateStep));
}

/** Moves what is taken up; presses that follow one another are one step. */
export function nudge(open: OpenGraph, by: Point, areaOf: AreaOf = noArea): boolean {
  if (countTaken(open) === 0) return false;
  const taken = carried(open, areaOf);
  open.change('move', (draft) => moveTaken(draft, taken, by), 'nudge');
  return true;
}

/** From left to right as the links go: what is selected, or everything. Points of their links would be in the way. */
export function arrange(open: OpenGraph, areaOf: AreaOf): void {
  const graph: Graph = open.graph.get();
  const wanted = open.selection.get().size > 1 ? open.selection.get() : new Set(Object.keys(graph.nodes) as NodeId[]);
  const drawn = new graphlib.Graph();
  drawn.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 64 });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const id of wanted) {
    const { width, height } = areaOf(id) ?? { width: 264, height: 120 };
    drawn.setNode(id, { width, height });
  }
  for (const { from, to } of Object.values(graph.links))
    if (wanted.has(from.node) && wanted.has(to.node)) drawn.setEdge(from.node, to.node);
  layout(drawn);
  const before = [...wanted].map((id) => graph.nodes[id]!.at);
  const after = [...wanted].map((id) => {
    const { x, y, width, height } = drawn.node(id) as { x: number; y: number; width: number; height: number };
    return [x - width / 2, y - height / 2] as const;
  });
  if (before.length === 0) return;
  // What was arranged stays where its upper left corner was.
  const corner = (points: readonly (readonly [number, number])[], axis: 0 | 1) =>
    Math.min(...points.map((point) => point[axis]));
  const [dx, dy] = [corner(before, 0) - corner(after, 0), corner(before, 1) - corner(after, 1)];
  const to = Object.fromEntries(
    [...wanted].map((id, i) => [id, [Math.round(after[i]![0] + dx), Math.round(after[i]![1] + dy)] as const]),
  );
  open.change('move', (draft) => {
    for (const { id, from, to: end } of Object.values(graph.links))
      if (wanted.has(from.node) && wanted.has(end.node)) setVia(draft, id, []);
    moveNodes(draft, to);
  });
}
