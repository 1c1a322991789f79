import type { Link } from '../../src-main/model/graph.ts';
import type { LinkId } from '../../src-main/model/ids.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { addPoint, movePoint } from '../session/route.ts';
import { nearestOn } from './link-path.ts';

/** A point that a link runs through. */
export interface RoutePoint {
  readonly link: LinkId;
  readonly index: number;
}

export interface RouteHands {
  pointAt(at: Point, near: number): RoutePoint | null;
  /** The link that is nearest within `near` units; a point added there would come at `index`. */
  linkAt(at: Point, near: number): RoutePoint | null;
  /** Takes up a point, or with `isNew` one that the link at this place does not have yet. */
  press(at: Point, near: number, isNew: boolean): boolean;
  drag(at: Point, step: number): void;
  release(): void;
  cancel(): boolean;
  readonly isBusy: boolean;
  /** The points of a link as they are now, in a hand or not. */
  viaOf(link: LinkId, kept: readonly Point[]): readonly Point[];
}

interface Held extends RoutePoint {
  readonly isNew: boolean;
  at: Point;
  isMoved: boolean;
}

/** `endsOf` tells where a link begins and ends, or null where it is not shown. */
export function routeHands(open: OpenGraph, endsOf: (link: Link) => readonly [Point, Point] | null): RouteHands {
  let held: Held | null = null;
  const links = () => Object.values(open.graph.get().links);

  const pointAt: RouteHands['pointAt'] = ([x, y], near) => {
    for (const { id, via } of links()) {
      const index = via?.findIndex(([px, py]) => Math.hypot(px - x, py - y) <= near) ?? -1;
      if (index >= 0) return { link: id, index };
    }
    return null;
  };
  const linkAt: RouteHands['linkAt'] = (at, near) => {
    let best: RoutePoint | null = null;
    let least = near;
    for (const link of links()) {
      const ends = endsOf(link);
      if (!ends) continue;
      const { distance, stretch } = nearestOn(ends[0], ends[1], link.via ?? [], at);
      if (distance <= least) [best, least] = [{ link: link.id, index: stretch }, distance];
    }
    return best;
  };

  return {
    pointAt,
    linkAt,
    get isBusy() {
      return held !== null;
    },
    press(at, near, isNew) {
      const point = pointAt(at, near);
      if (point) held = { ...point, at, isNew: false, isMoved: false };
      else if (isNew) {
        const link = linkAt(at, near);
        if (link) held = { ...link, at, isNew: true, isMoved: true };
      }
      return held !== null;
    },
    drag(at, step) {
      if (!held) return;
      held.at = [Math.round(at[0] / step) * step, Math.round(at[1] / step) * step];
      held.isMoved = true;
    },
    release() {
      const done = held;
      held = null;
      if (!done?.isMoved) return;
      if (done.isNew) addPoint(open, done.link, done.index, done.at);
      else movePoint(open, done.link, done.index, done.at);
    },
    cancel() {
      const wasBusy = held !== null;
      held = null;
      return wasBusy;
    },
    viaOf(link, kept) {
      if (held?.link !== link || !held.isMoved) return kept;
      return held.isNew ? kept.toSpliced(held.index, 0, held.at) : kept.with(held.index, held.at);
    },
  };
}
