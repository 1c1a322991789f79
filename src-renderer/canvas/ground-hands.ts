import type { Graph } from '../../src-main/model/graph.ts';
import {
  type Area,
  type AreaOf,
  areaOf,
  editMark,
  groupTitleHeight,
  type Inside,
  leastSize,
  markedIn,
  nothingInside,
} from '../session/ground.ts';
import { isMarked, isSameMark, type Mark, take, toggleMark } from '../session/mark.ts';
import type { Point } from '../session/move.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { carried, moveTaken } from '../session/taken.ts';
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
  /** All that goes along. */
  readonly inside: Inside;
  /** What a click, which moves nothing, does then. */
  readonly click: 'only' | 'drop' | null;
  by: Point;
}

export interface GroundHands {
  /** Takes up what is there, beside what is taken up when it is added. Answers whether something was there to hold. */
  press(at: Point, isAdding: boolean): boolean;
  drag(at: Point, step: number): void;
  release(): void;
  /** Lets go as if nothing had been held. Answers whether something was. */
  cancel(): boolean;
  readonly isBusy: boolean;
  /** Shows what goes along with nodes that a hand carries; null when it no longer does. */
  along(taken: Inside | null, by: Point): void;
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
  let shown: { readonly notes: ReadonlySet<string>; readonly groups: ReadonlySet<string>; by: Point } | null = null;
  const snap = (value: number, step: number): number => Math.round(value / step) * step;
  const show = (taken: Inside | null, by: Point): void => {
    shown = taken && { notes: new Set(taken.notes), groups: new Set(taken.groups), by };
  };

  return {
    get isBusy() {
      return held !== null;
    },
    press(at, isAdding) {
      const hit = groundAt(open.graph.get(), at);
      if (!hit) return false;
      const wasTaken = isMarked(open.marked.get(), hit.mark);
      if (hit.part === 'handle' || !(wasTaken || isAdding)) take(open, hit.mark);
      else if (!wasTaken) toggleMark(open, hit.mark);
      const inside = hit.part === 'handle' ? nothingInside : carried(open, nodeArea);
      held = { ...hit, from: at, inside, click: wasTaken ? (isAdding ? 'drop' : 'only') : null, by: [0, 0] };
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
      if (held.part === 'handle') return;
      shift(held.inside.nodes, held.by);
      show(held.inside, held.by);
    },
    release() {
      const done = held;
      held = null;
      shown = null;
      if (!done) return;
      const { mark, by, part, inside, click } = done;
      if (by[0] === 0 && by[1] === 0) {
        if (click === 'only') take(open, mark);
        else if (click === 'drop') toggleMark(open, mark);
        return;
      }
      open.change('move', (draft) => {
        const found = markedIn(draft, mark);
        if (!found) return;
        if (part === 'rest') moveTaken(draft, inside, by);
        else editMark(draft, mark, { size: [found.size[0] + by[0], found.size[1] + by[1]] });
      });
    },
    cancel() {
      shown = null;
      if (!held) return false;
      const { inside } = held;
      held = null;
      shift(inside.nodes, [0, 0]);
      return true;
    },
    along: show,
    areaOf(mark, kept) {
      if (held?.part === 'handle' && isSameMark(held.mark, mark))
        return { ...kept, width: kept.width + held.by[0], height: kept.height + held.by[1] };
      if (!shown) return kept;
      const goesAlong = (mark.kind === 'group' ? shown.groups : shown.notes).has(mark.id);
      return goesAlong ? { ...kept, x: kept.x + shown.by[0], y: kept.y + shown.by[1] } : kept;
    },
  };
}
