import type { Graph } from '../../src-main/model/graph.ts';
import {
  type Area,
  type AreaOf,
  areaOf,
  editMark,
  groupTitleHeight,
  type Inside,
  insideOf,
  leastSize,
  markedIn,
  moveMark,
  nothingInside,
  take,
} from '../session/ground.ts';
import type { Mark } from '../session/mark.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { groupsFromBelow, markOf } from './draw-ground.ts';

/** What of a group or a note is under the pointer. */
export interface GroundHit {
  readonly mark: Mark;
  readonly part: 'handle' | 'rest';
}

const handle = 16;

/** A group is held by its title and its corner: what lies in it is free. A note is held anywhere. */
export function groundAt({ groups, notes }: Graph, [x, y]: Point): GroundHit | null {
  const partIn = ({ x: left, y: top, width, height }: Area): GroundHit['part'] | null => {
    const [right, bottom] = [left + width, top + height];
    if (x < left || y < top || x > right || y > bottom) return null;
    return x > right - handle && y > bottom - handle ? 'handle' : 'rest';
  };
  for (const note of Object.values(notes).reverse()) {
    const part = partIn(areaOf(note));
    if (part) return { mark: markOf(note), part };
  }
  for (const group of groupsFromBelow(groups).toReversed()) {
    const area = areaOf(group);
    const part = partIn(area);
    if (part === 'handle' || (part && y <= area.y + groupTitleHeight)) return { mark: markOf(group), part };
  }
  return null;
}

interface Held extends GroundHit {
  readonly from: Point;
  readonly inside: Inside;
  by: Point;
}

export interface GroundHands {
  /** Answers whether something was there to hold. */
  press(at: Point): boolean;
  drag(at: Point, step: number): void;
  release(): void;
  /** Lets go as if nothing had been held. Answers whether something was. */
  cancel(): boolean;
  readonly isBusy: boolean;
  /** Where a group or note is now, in a hand or not. */
  areaOf(mark: Mark, kept: Area): Area;
}

/** What hands do with groups and notes. The graph is edited when they let go: one step. */
export function groundHands(
  open: OpenGraph,
  nodeArea: AreaOf,
  /** Shows nodes as far from where the graph has them. */
  shift: (nodes: Inside['nodes'], by: Point) => void,
): GroundHands {
  let held: Held | null = null;
  const snap = (value: number, step: number): number => Math.round(value / step) * step;

  return {
    get isBusy() {
      return held !== null;
    },
    press(at) {
      const hit = groundAt(open.graph.get(), at);
      if (!hit) return false;
      const graph = open.graph.get();
      const inside =
        hit.mark.kind === 'group' && hit.part === 'rest'
          ? insideOf(graph, graph.groups[hit.mark.id]!, nodeArea)
          : nothingInside;
      take(open, hit.mark);
      held = { ...hit, from: at, inside, by: [0, 0] };
      return true;
    },
    drag([x, y], step) {
      const kept = held && markedIn(open.graph.get(), held.mark);
      if (!held || !kept) return;
      const [fixedX, fixedY] =
        held.part === 'handle' ? [kept.at[0] + kept.size[0], kept.at[1] + kept.size[1]] : kept.at;
      const to: Point = [snap(fixedX + x - held.from[0], step), snap(fixedY + y - held.from[1], step)];
      held.by =
        held.part === 'handle'
          ? [
              Math.max(to[0] - fixedX, leastSize[0] - kept.size[0]),
              Math.max(to[1] - fixedY, leastSize[1] - kept.size[1]),
            ]
          : [to[0] - fixedX, to[1] - fixedY];
      if (held.part === 'rest') shift(held.inside.nodes, held.by);
    },
    release() {
      const done = held;
      held = null;
      if (!done || (done.by[0] === 0 && done.by[1] === 0)) return;
      const { mark, by, part, inside } = done;
      open.change('move', (draft) => {
        const found = markedIn(draft, mark);
        if (!found) return;
        if (part === 'rest') moveMark(draft, mark, inside, by);
        else editMark(draft, mark, { size: [found.size[0] + by[0], found.size[1] + by[1]] });
      });
    },
    cancel() {
      if (!held) return false;
      const { inside } = held;
      held = null;
      shift(inside.nodes, [0, 0]);
      return true;
    },
    areaOf(mark, kept) {
      if (!held) return kept;
      const { inside, by, part } = held;
      const isIt = held.mark.kind === mark.kind && held.mark.id === mark.id;
      if (isIt && part === 'handle') return { ...kept, width: kept.width + by[0], height: kept.height + by[1] };
      const goesAlong =
        isIt || (mark.kind === 'group' ? inside.groups.includes(mark.id) : inside.notes.includes(mark.id));
      return goesAlong ? { ...kept, x: kept.x + by[0], y: kept.y + by[1] } : kept;
    },
  };
}
