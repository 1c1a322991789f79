import { connect, disconnect, setLooks, setValue } from '../../src-main/model/edits.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { Inside } from '../session/ground.ts';
import { isFed } from '../session/level-graph.ts';
import { makesCircle } from '../session/links.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { positionOf, valueAt } from '../session/slider-scale.ts';
import { moveTaken } from '../session/taken.ts';
import type { CanvasNode, End, NodeHooks, PointerAt } from './canvas-node.ts';
import { seedButtonAt } from './seed-buttons.ts';
import { nodeWidth, type Row } from './shape.ts';

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
  /** Shows nodes as far as a hand carries them; the one that it took goes by the grid of `step` units. Answers how far. */
  carry(nodes: Iterable<CanvasNode>, lead: CanvasNode, by: Point, step: number, scale: number): Point;
  /** All that was carried lies where a hand left it. Answers whether it moved. */
  moved(nodes: Iterable<CanvasNode>, taken: Inside): boolean;
  released(): void;
}

/** Why a link was not made. */
export type Refusal =
  | { readonly reason: 'circle' }
  | { readonly reason: 'type'; readonly held: End; readonly at: End }
  | { readonly reason: 'noFit'; readonly held: End; readonly node: CanvasNode };

export interface Asking {
  /** Opens a field where a value is. */
  edit(node: CanvasNode, row: Row): void;
  refused(why: Refusal): void;
}

/** The name by which the form offers an input; null where it does not, as in a subgraph. */
export const offeredAs = ({ graph, place }: OpenGraph, id: NodeId, input: string): string | null =>
  place.subgraph === null
    ? (graph.get().exposed.find((one) => one.node === id && one.input === input)?.name ?? null)
    : null;

/** What hands do on the canvas, as edits of the graph. */
export function gestures(open: OpenGraph, { edit, refused }: Asking): Gestures {
  let pressed: Pressed | null = null;
  let carried: Point = [0, 0];

  const valueAtRow = (node: CanvasNode, { input, spec }: Row): unknown =>
    open.graph.get().nodes[node.key as NodeId]?.values[input] ?? defaultOf(spec);

  const isLinked = (node: CanvasNode, input: string): boolean => isFed(open.graph.get(), node.key as NodeId, input);

  /** The dice and the lock at the end of a seed. */
  const pressSeed = (node: CanvasNode, { input }: Row, x: number): boolean => {
    const id = node.key as NodeId;
    const exposed = offeredAs(open, id, input);
    const button = seedButtonAt(x, exposed !== null);
    if (button === 'dice') {
      open.change('set', (draft) => setValue(draft, id, input, open.drawSeed()));
    } else if (button === 'lock' && exposed !== null) open.lock(exposed, open.form.get().locked[exposed] !== true);
    return button !== null;
  };

  return {
    connect(from, output, to, input) {
      if (makesCircle(open.graph.get(), from.key as NodeId, to.key as NodeId)) {
        refused({ reason: 'circle' });
        return;
      }
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
    refuse(held, at, slot) {
      refused(slot ? { reason: 'type', held, at: { node: at, slot } } : { reason: 'noFit', held, node: at });
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
      if (row.spec.kind === 'seed' && pressSeed(node, row, at.canvasX - node.pos[0])) return true;
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
    carry(nodes, lead, [dx, dy], step, scale) {
      const from = lead.shown?.at;
      if (!from) return [0, 0];
      const isStill = Math.hypot(dx, dy) * scale < clickUnits;
      const snap = (value: number) => Math.round(value / step) * step;
      carried = isStill ? [0, 0] : [snap(from[0] + dx) - from[0], snap(from[1] + dy) - from[1]];
      for (const { shown, pos } of nodes) {
        if (!shown) continue;
        pos[0] = shown.at[0] + carried[0];
        pos[1] = shown.at[1] + carried[1];
      }
      return carried;
    },
    moved(nodes, taken) {
      const by = carried;
      carried = [0, 0];
      for (const { shown, pos } of nodes) {
        if (!shown) continue;
        pos[0] = shown.at[0]; // the graph moves it, and then it is shown there
        pos[1] = shown.at[1];
      }
      const isMoved = by[0] !== 0 || by[1] !== 0;
      if (isMoved) open.change('move', (draft) => moveTaken(draft, taken, by));
      return isMoved;
    },
    released() {
      pressed = null;
      open.history.close();
    },
  };
}
