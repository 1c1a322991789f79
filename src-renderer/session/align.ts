import type { NodeId } from '../../src-main/model/ids.ts';
import { type Area, type AreaOf, boundsOf } from './ground.ts';
import { moveAll, type Point } from './move.ts';
import type { OpenGraph } from './open-graph.ts';

export const alignments = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const;
export type Alignment = (typeof alignments)[number];
export const spreads = ['across', 'down'] as const;
export type Spread = (typeof spreads)[number];

interface Placed extends Area {
  readonly id: NodeId;
}

function cornerAt(how: Alignment, area: Area, all: Area): Point {
  switch (how) {
    case 'left':
      return [all.x, area.y];
    case 'centre':
      return [all.x + (all.width - area.width) / 2, area.y];
    case 'right':
      return [all.x + all.width - area.width, area.y];
    case 'top':
      return [area.x, all.y];
    case 'middle':
      return [area.x, all.y + (all.height - area.height) / 2];
    case 'bottom':
      return [area.x, all.y + all.height - area.height];
    default:
      return how satisfies never;
  }
}

/** The same gap between all that follow one another; the first and the last stay. Those that overlap stay in order. */
function spreadCorners(how: Spread, placed: readonly Placed[]): ReadonlyMap<NodeId, Point> {
  const isAcross = how === 'across';
  const start = (area: Area) => (isAcross ? area.x : area.y);
  const length = (area: Area) => (isAcross ? area.width : area.height);
  const inOrder = [...placed].sort((a, b) => start(a) - start(b) || (a.id < b.id ? -1 : 1));
  const [first, last] = [inOrder[0]!, inOrder.at(-1)!];
  const room = start(last) + length(last) - start(first) - inOrder.reduce((sum, area) => sum + length(area), 0);
  const gap = room / (inOrder.length - 1);
  const corners = new Map<NodeId, Point>();
  let next = start(first);
  for (const area of inOrder) {
    corners.set(area.id, isAcross ? [next, area.y] : [area.x, next]);
    next += length(area) + gap;
  }
  return corners;
}

function moveCorners(open: OpenGraph, placed: readonly Placed[], corners: ReadonlyMap<NodeId, Point>): void {
  const { nodes } = open.graph.get();
  const to: Record<NodeId, Point> = {};
  for (const { id, x, y } of placed) {
    const [corner, at] = [corners.get(id), nodes[id]?.at];
    if (corner && at) to[id] = [Math.round(at[0] + corner[0] - x), Math.round(at[1] + corner[1] - y)];
  }
  open.change('move', (draft) => moveAll(draft, to));
}

const selectedIn = (open: OpenGraph, areaOf: AreaOf): Placed[] =>
  [...open.selection.get()].flatMap((id) => {
    const area = areaOf(id);
    return area ? [{ id, ...area }] : [];
  });

/** Two or more selected nodes, by an edge or a middle line that they then have in common. */
export function align(open: OpenGraph, how: Alignment, areaOf: AreaOf): void {
  const placed = selectedIn(open, areaOf);
  const all = boundsOf(placed);
  if (!all || placed.length < 2) return;
  moveCorners(open, placed, new Map(placed.map((area) => [area.id, cornerAt(how, area, all)])));
}

export function spread(open: OpenGraph, how: Spread, areaOf: AreaOf): void {
  const placed = selectedIn(open, areaOf);
  if (placed.length > 2) moveCorners(open, placed, spreadCorners(how, placed));
}
