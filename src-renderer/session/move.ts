import { moveNodes, setVia } from '../../src-main/model/edits.ts';
import type { GraphBody } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';

export type Point = readonly [x: number, y: number];

export const shifted = ([x, y]: Point, [dx, dy]: Point): Point => [x + dx, y + dy];

/** Moves nodes, and with them the points of links whose two ends go the same way. */
export function moveAll(draft: GraphBody, to: Readonly<Record<NodeId, Point>>): void {
  const by = (id: NodeId): Point | null => {
    const [was, next] = [draft.nodes[id]?.at, to[id]];
    return was && next ? [next[0] - was[0], next[1] - was[1]] : null;
  };
  for (const { id, via, from, to: end } of Object.values(draft.links)) {
    if (!via) continue;
    const [one, other] = [by(from.node), by(end.node)];
    if (one && other && one[0] === other[0] && one[1] === other[1])
      setVia(
        draft,
        id,
        via.map((point) => shifted(point, one)),
      );
  }
  moveNodes(draft, to);
}
