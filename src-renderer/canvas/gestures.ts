import { connect, disconnect, moveNodes, setLooks, setValue } from '../../src-main/model/edits.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import { isFed } from '../session/level-graph.ts';
import { makesCircle } from '../session/links.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { positionOf, valueAt } from '../session/slider-scale.ts';
import type { CanvasNode, NodeHooks, PointerAt } from './canvas-node.ts';
import { nodeWidth, type Row } from './shape.ts';

/** Nodes come to rest on this grid, in graph units. */
const snapStep = 8;
/** A press that moves less is a click. */
const clickUnits = 4;
/** Over so much a range is passed from end to end. */
const across = nodeWidth - 24;

interface Pressed {
  readonly node: CanvasNode;
  readonly row: Row;
  readonly fromX: number;
  readonly from: number;
  isDrag: boolean;
}

export interface Gestures extends NodeHooks {
  /** Nodes lie where a hand left them. */
  moved(nodes: Iterable<CanvasNode>): void;
  released(): void;
}

/** What hands do on the canvas, as edits of the graph. `edit` opens a field where a value is. */
export function gestures(open: OpenGraph, edit: (node: CanvasNode, row: Row) => void): Gestures {
  let pressed: Pressed | null = null;

  const valueAtRow = (node: CanvasNode, { input, spec }: Row): unknown =>
    open.graph.get().nodes[node.key as NodeId]?.values[input] ?? defaultOf(spec);

  const isLinked = (node: CanvasNode, input: string): boolean => isFed(open.graph.get(), node.key as NodeId, input);

  return {
    connect(from, output, to, input) {
      if (makesCircle(open.graph.get(), from.key as NodeId, to.key as NodeId)) return;
      open.change(
        'connect',
        (draft) =>
          connect(
            draft,
            { node: from.key as NodeId, output: output.name },
            { node: to.key as NodeId, input: input.name },
          ),
        'link',
      );
    },
    disconnect(_node, input) {
      open.change('disconnect', (draft) => disconnect(draft, input.link as LinkId), 'link');
    },
    collapse(node) {
      const id = node.key as NodeId;
      const isCollapsed = open.graph.get().nodes[id]?.collapsed === true;
      open.change('look', (draft) => setLooks(draft, [id], { collapsed: isCollapsed ? null : true }));
    },
    press(node, row, at) {
      if (isLinked(node, row.input)) return false;
      const value = valueAtRow(node, row);
      if (row.spec.kind === 'bool') {
        open.change('set', (draft) => setValue(draft, node.key as NodeId, row.input, value !== true));
        return true;
      }
      pressed = { node, row, fromX: at.canvasX, from: Number(value), isDrag: false };
      node.captureInput(true);
      return true;
    },
    drag(node, at: PointerAt) {
      if (pressed?.node !== node) return;
      const { row, fromX, from } = pressed;
      const { spec } = row;
      const by = at.canvasX - fromX;
      if (Math.abs(by) >= clickUnits) pressed.isDrag = true;
      if (!pressed.isDrag || (spec.kind !== 'int' && spec.kind !== 'float') || !Number.isFinite(from)) return;
      const next = valueAt(Math.min(1, Math.max(0, positionOf(from, spec) + by / across)), spec);
      const id = node.key as NodeId;
      open.change('set', (draft) => setValue(draft, id, row.input, next), `drag ${id}.${row.input}`);
    },
    release(node) {
      if (pressed?.node !== node) return;
      const { row, isDrag } = pressed;
      pressed = null;
      node.captureInput(false);
      open.history.close();
      if (!isDrag) edit(node, row);
    },
    moved(nodes) {
      const { nodes: known } = open.graph.get();
      const snap = (value: number) => Math.round(value / snapStep) * snapStep;
      const to: Record<NodeId, readonly [number, number]> = {};
      for (const node of nodes) {
        const id = node.key as NodeId;
        const was = known[id]?.at;
        if (!was || (Math.fround(was[0]) === node.pos[0] && Math.fround(was[1]) === node.pos[1])) continue;
        to[id] = [snap(node.pos[0]), snap(node.pos[1])];
      }
      if (Object.keys(to).length > 0) open.change('move', (draft) => moveNodes(draft, to));
    },
    released() {
      pressed = null;
      open.history.close();
    },
  };
}
