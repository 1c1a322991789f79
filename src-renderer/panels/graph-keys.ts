import type { KeyboardEvent } from 'react';
import type { GraphView } from '../canvas/graph-view.ts';
import * as commands from '../session/graph-commands.ts';
import type { OpenGraph } from '../session/open-graph.ts';

interface Actions {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly palette: () => void;
  /** To the fields beside the graph. */
  readonly inspect: () => void;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Keys of editors, while the canvas has the focus. Undo is the page's. */
export function graphKey(event: KeyboardEvent, { open, view, palette, inspect }: Actions): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (isCommand) {
    if (key === 'a') commands.selectAll(open);
    else if (key === 'd') commands.duplicate(open);
    else if (key === 'm') commands.toggleMode(open, 'muted');
    else if (key === 'b') commands.toggleMode(open, 'bypassed');
    else return false;
    return true;
  }
  const arrow = arrows[key];
  if (arrow && event.altKey) {
    commands.selectNext(open, arrow[0] + arrow[1]);
    view.reveal(open.selection.get());
    return true;
  }
  if (arrow) {
    const step = event.shiftKey ? 48 : 8;
    if (open.selection.get().size === 0) return false;
    commands.nudge(open, [arrow[0] * step, arrow[1] * step]);
    return true;
  }
  switch (key) {
    case 'Tab':
      // Shift+Tab leaves the canvas, as it leaves everything.
      if (event.shiftKey) return false;
      palette();
      return true;
    case ' ':
      palette();
      return true;
    case 'Delete':
    case 'Backspace':
      commands.remove(open);
      return true;
    case 'Escape':
      if (!view.escape()) open.selection.set(new Set());
      return true;
    case '.':
      view.frame(open.selection.get());
      return true;
    case 'Enter':
      inspect();
      return true;
    case 'Home':
      view.frame();
      return true;
    case '+':
    case '=':
      view.zoom(1.2);
      return true;
    case '-':
      view.zoom(1 / 1.2);
      return true;
    case 'c':
      if (!event.altKey) return false;
      commands.toggleCollapsed(open);
      return true;
  }
  return false;
}
