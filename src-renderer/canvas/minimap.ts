import type { Graph } from '../../src-main/model/graph.ts';
import { type Area, type AreaOf, areaOf } from '../session/ground.ts';
import type { Point } from '../session/move.ts';
import { groupsFromBelow } from './draw-ground.ts';
import { colorOf } from './draw-node.ts';
import type { Theme } from './theme.ts';

/** All of a graph in a small field: how graph units become pixels of it. */
export interface MapScale {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

const margin = 8;

export function mapScale(graph: Graph, nodeArea: AreaOf, [width, height]: Point): MapScale {
  const areas: Area[] = [...Object.values(graph.groups), ...Object.values(graph.notes)].map(areaOf);
  for (const node of Object.values(graph.nodes)) {
    const area = nodeArea(node.id);
    if (area) areas.push(area);
  }
  if (areas.length === 0) return { scale: 0.1, left: 0, top: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const area of areas) {
    left = Math.min(left, area.x);
    top = Math.min(top, area.y);
    right = Math.max(right, area.x + area.width);
    bottom = Math.max(bottom, area.y + area.height);
  }
  const scale = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top), 0.25);
  return {
    scale,
    left: (left + right) / 2 - width / 2 / scale,
    top: (top + bottom) / 2 - height / 2 / scale,
  };
}

export const onMap = ({ scale, left, top }: MapScale, { x, y, width, height }: Area): Area => ({
  x: (x - left) * scale,
  y: (y - top) * scale,
  width: width * scale,
  height: height * scale,
});

export const fromMap = ({ scale, left, top }: MapScale, [x, y]: Point): Point => [x / scale + left, y / scale + top];

/** Groups, notes and nodes as fields of their colour. */
export function drawMap(
  ctx: CanvasRenderingContext2D,
  graph: Graph,
  nodeArea: AreaOf,
  map: MapScale,
  { quiet, bad }: Theme,
  isBroken: (id: string) => boolean,
): void {
  const put = (area: Area, color: string, alpha: number): void => {
    const { x, y, width, height } = onMap(map, area);
    ctx.globalAlpha = alpha;
    ctx.fillStyle = quiet;
    ctx.fillStyle = color;
    ctx.fillRect(x, y, Math.max(2, width), Math.max(2, height));
  };
  for (const group of groupsFromBelow(graph.groups)) put(areaOf(group), group.color, 0.25);
  for (const note of Object.values(graph.notes)) put(areaOf(note), note.color ?? quiet, 0.5);
  for (const node of Object.values(graph.nodes)) {
    const area = nodeArea(node.id);
    if (area) put(area, isBroken(node.id) ? bad : (colorOf(node) ?? quiet), 0.9);
  }
  ctx.globalAlpha = 1;
}
