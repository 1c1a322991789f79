import type { KeyboardEvent } from 'react';
import type { GraphView } from '../canvas/graph-view.ts';
import type { Handlers } from '../session/commands.ts';
import * as edits from '../session/graph-commands.ts';
import type { OpenGraph } from '../session/open-graph.ts';

export interface GraphActions {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly palette: () => void;
  /** To the fields beside the graph. */
  readonly inspect: () => void;
  readonly arrange: () => void;
}

/** Commands of the graph; their keys count while the canvas has the focus. */
export const graphCommands = ({ open, view, palette, inspect, arrange }: GraphActions): Handlers => ({
  'graph.add': palette,
  'graph.inspect': inspect,
  'graph.arrange': arrange,
  'graph.selectAll': () => edits.selectAll(open),
  'graph.duplicate': () => edits.duplicate(open),
  'graph.mute': () => edits.toggleMode(open, 'muted'),
  'graph.bypass': () => edits.toggleMode(open, 'bypassed'),
  'graph.collapse': () => edits.toggleCollapsed(open),
  'graph.remove': () => edits.remove(open),
  'graph.fit': () => view.frame(),
  'graph.fitSelection': () => view.frame(open.selection.get()),
  'graph.zoomIn': () => view.zoom(1.2),
  'graph.zoomOut': () => view.zoom(1 / 1.2),
});

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Arrows and Escape, which mean what they mean everywhere: they are nobody's to choose. Answers whether it was one. */
export function graphKey({ key, altKey, shiftKey }: KeyboardEvent, open: OpenGraph, view: GraphView): boolean {
  if (key === 'Escape') {
    if (!view.escape()) open.selection.set(new Set());
    return true;
  }
  const arrow = arrows[key];
  if (!arrow) return false;
  if (altKey) {
    edits.selectNext(open, arrow[0] + arrow[1]);
    view.reveal(open.selection.get());
    return true;
  }
  const step = shiftKey ? 48 : 8;
  if (open.selection.get().size === 0) return false;
  edits.nudge(open, [arrow[0] * step, arrow[1] * step]);
  return true;
}
