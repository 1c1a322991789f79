import type { KeyboardEvent } from 'react';
import type { GraphView, Writing } from '../canvas/view.ts';
import { align, spread } from '../session/align.ts';
import type { Handlers } from '../session/commands.ts';
import * as edits from '../session/graph-commands.ts';
import { markNext, ungroup } from '../session/ground.ts';
import { countTaken, letGo, onlyMark } from '../session/mark.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import * as subgraphs from '../session/subgraph-commands.ts';

export interface GraphActions {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly palette: () => void;
  /** To the fields beside the graph. */
  readonly inspect: () => void;
  readonly arrange: () => void;
  /** What a new subgraph is called. */
  readonly subgraphTitle: string;
  readonly write: (what: Writing) => void;
  /** Makes a group of what is selected, or a note; what it says is written next. */
  readonly group: () => void;
  readonly note: () => void;
  readonly menu: () => void;
  /** Switches a preference. */
  readonly toggle: (name: 'snap' | 'minimap') => void;
}

/** Commands of the graph; their keys count while the canvas has the focus. */
export const graphCommands = (actions: GraphActions): Handlers => ({
  ...placing(actions),
  ...onSelected(actions),
});

const onSelected = ({ open, view, palette, inspect, arrange, write, menu, subgraphTitle }: GraphActions): Handlers => ({
  'graph.rename': () => {
    const [only, ...more] = open.selection.get();
    const mark = onlyMark(open);
    if (mark) write(mark);
    else if (only !== undefined && more.length === 0) write({ kind: 'node', id: only });
  },
  'graph.menu': menu,
  'graph.add': palette,
  'graph.inspect': () => {
    const [only, ...more] = open.selection.get();
    if (only === undefined || more.length > 0 || !subgraphs.enter(open, only)) inspect();
  },
  'graph.makeSubgraph': () => subgraphs.makeSubgraph(open, subgraphTitle, view.areaOf),
  'graph.unpack': () => subgraphs.unpack(open),
  'graph.enter': () => void subgraphs.enter(open),
  'graph.leave': () => void subgraphs.leave(open),
  'graph.arrange': arrange,
  'graph.selectAll': () => edits.selectAll(open),
  'graph.duplicate': () => edits.duplicate(open, view.areaOf),
  'graph.mute': () => edits.toggleMode(open, 'muted'),
  'graph.bypass': () => edits.toggleMode(open, 'bypassed'),
  'graph.collapse': () => edits.toggleCollapsed(open),
  'graph.remove': () => edits.remove(open),
  'graph.fit': () => view.frame(),
  'graph.fitSelection': () => view.frame(open.selection.get(), open.marked.get()),
  'graph.zoomIn': () => view.zoom(1.2),
  'graph.zoomOut': () => view.zoom(1 / 1.2),
});

const placing = ({ open, view, group, note, toggle }: GraphActions): Handlers => ({
  'graph.group': group,
  'graph.ungroup': () => ungroup(open, view.areaOf),
  'graph.note': note,
  'graph.snap': () => toggle('snap'),
  'graph.minimap': () => toggle('minimap'),
  'graph.alignLeft': () => align(open, 'left', view.areaOf),
  'graph.alignCentre': () => align(open, 'centre', view.areaOf),
  'graph.alignRight': () => align(open, 'right', view.areaOf),
  'graph.alignTop': () => align(open, 'top', view.areaOf),
  'graph.alignMiddle': () => align(open, 'middle', view.areaOf),
  'graph.alignBottom': () => align(open, 'bottom', view.areaOf),
  'graph.spreadAcross': () => spread(open, 'across', view.areaOf),
  'graph.spreadDown': () => spread(open, 'down', view.areaOf),
});

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Arrows and Escape, which mean what they mean everywhere: they are nobody's to choose. Answers whether it was one. */
export function graphKey(
  { key, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent,
  open: OpenGraph,
  view: GraphView,
): boolean {
  if (key === 'Escape') {
    if (view.escape()) return true;
    if (countTaken(open) > 0) letGo(open);
    else subgraphs.leave(open);
    return true;
  }
  const arrow = arrows[key];
  if (!arrow || ctrlKey || metaKey) return false;
  if (altKey && shiftKey) {
    markNext(open, arrow[0] + arrow[1]);
    return true;
  }
  if (altKey) {
    edits.selectNext(open, arrow[0] + arrow[1]);
    view.reveal(open.selection.get());
    return true;
  }
  const step = shiftKey ? 48 : 8;
  return edits.nudge(open, [arrow[0] * step, arrow[1] * step], view.areaOf);
}
