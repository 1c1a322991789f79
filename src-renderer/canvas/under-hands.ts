import type { LinkId } from '../../src-main/model/ids.ts';
import { type AreaOf, areaOf, groupTitleHeight, markedIn } from '../session/ground.ts';
import { toggleMark } from '../session/mark.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import type { CanvasNode, PointerAt } from './canvas-node.ts';
import { type GroundHands, groundAt, groundHands } from './ground-hands.ts';
import type { Projection, ShownLink } from './project.ts';
import { routeHands } from './route-hands.ts';
import type { Pointed, Writing } from './view.ts';

/** Pixels around a link or a point in which it is meant. */
const reach = 8;

export interface UnderHands {
  readonly ground: GroundHands;
  readonly isHolding: boolean;
  press(at: PointerAt, isAdding: boolean): boolean;
  /** Adds the group or note at a place to what is taken up, or lets it go. */
  toggle(at: PointerAt): void;
  drag(at: PointerAt, step: number): void;
  release(): void;
  cancel(): boolean;
  cursorAt(at: PointerAt): string;
  /** What is written when something is pressed twice; a link gets a point. */
  doubled(at: PointerAt): Writing | 'point' | null;
  pointedAt(at: PointerAt): Pointed;
  routeOf(link: ShownLink): { readonly via: readonly Point[]; readonly by: Point };
}

const whereIs = ({ canvasX, canvasY }: PointerAt): Point => [canvasX, canvasY];
const nowhere: Point = [0, 0];
const noPoints: readonly Point[] = [];

/** Hands on what lies under the nodes: points of links, then notes and groups, then links. */
export function underHands(open: OpenGraph, shown: Projection, nodeArea: AreaOf, scale: () => number): UnderHands {
  const ground = groundHands(open, nodeArea, (nodes, [dx, dy]) => {
    for (const id of nodes) {
      const on = shown.nodeOf(id);
      if (on?.shown) on.pos = [on.shown.at[0] + dx, on.shown.at[1] + dy];
    }
  });
  const slotAt = (on: CanvasNode | undefined, isInput: boolean, name: string): Point | null => {
    const index = on ? (isInput ? on.inputSlots : on.outputSlots).findIndex((slot) => slot.name === name) : -1;
    if (!on || index < 0) return null;
    const [x = 0, y = 0] = on.getConnectionPos(isInput, index);
    return [x, y];
  };
  const route = routeHands(open, ({ from, to }) => {
    const a = slotAt(shown.nodeOf(from.node), false, from.output);
    const b = slotAt(shown.nodeOf(to.node), true, to.input);
    return a && b ? [a, b] : null;
  });
  const near = (): number => reach / scale();
  const bodyIn = (at: PointerAt) => groundAt(open.graph.get(), whereIs(at));

  return {
    ground,
    get isHolding() {
      return ground.isBusy || route.isBusy;
    },
    press: (at, isAdding) => route.press(whereIs(at), near(), at.altKey) || ground.press(whereIs(at), isAdding),
    toggle(at) {
      const hit = bodyIn(at);
      if (hit) toggleMark(open, hit.mark);
    },
    drag(at, step) {
      if (route.isBusy) route.drag(whereIs(at), step);
      else ground.drag(whereIs(at), step);
    },
    release() {
      route.release();
      ground.release();
    },
    cancel() {
      const wasRoute = route.cancel();
      return ground.cancel() || wasRoute;
    },
    cursorAt(at) {
      if (route.pointAt(whereIs(at), near())) return 'grab';
      const hit = bodyIn(at);
      return hit ? (hit.part === 'handle' ? 'nwse-resize' : 'grab') : '';
    },
    doubled(at) {
      if (route.pointAt(whereIs(at), near())) return 'point';
      const hit = bodyIn(at);
      if (hit) return hit.mark;
      if (!route.press(whereIs(at), near(), true)) return null;
      route.release();
      return 'point';
    },
    pointedAt(at) {
      const place = whereIs(at);
      const point = route.pointAt(place, near());
      if (point) return { kind: 'link', id: point.link, index: point.index, isPoint: true, at: place };
      const hit = bodyIn(at);
      if (hit) return { kind: 'mark', mark: hit.mark };
      const link = route.linkAt(place, near());
      if (link) return { kind: 'link', id: link.link, index: link.index, isPoint: false, at: place };
      return { kind: 'nothing', at: place };
    },
    routeOf({ id, via, origin_id, target_id }) {
      const [from, to] = [shown.nodeOf(String(origin_id)), shown.nodeOf(String(target_id))];
      const [one, other] = [awayOf(from), awayOf(to)];
      const goesAlong = one[0] === other[0] && one[1] === other[1];
      return { via: route.viaOf(String(id) as LinkId, via ?? noPoints), by: goesAlong ? one : nowhere };
    },
  };
}

/** How far a hand has brought a node from where the graph has it. */
function awayOf(on: CanvasNode | undefined): Point {
  if (!on?.shown) return nowhere;
  return [Math.round(on.pos[0] - on.shown.at[0]), Math.round(on.pos[1] - on.shown.at[1])];
}

/** Where the words of a group or note stand, in graph units. */
export function wordsArea(open: OpenGraph, what: Exclude<Writing, { kind: 'node' }>) {
  const found = markedIn(open.graph.get(), what);
  if (!found) return null;
  const area = areaOf(found);
  return what.kind === 'group' ? { ...area, height: groupTitleHeight } : area;
}
