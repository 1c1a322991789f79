import { LGraphCanvas } from 'litegraph.js/build/litegraph.core.js';
import type { Point } from '../session/move.ts';
import type { End } from './canvas-node.ts';
import { placeOn, traceLink } from './link-path.ts';
import type { ShownLink } from './project.ts';
import { titleHeight } from './shape.ts';

/** The points of a link as they are now, and how far a hand has moved them together with both ends. */
export interface Route {
  readonly via: readonly Point[];
  readonly by: Point;
}

interface Ends {
  readonly a: [number, number];
  readonly b: [number, number];
}

/** Where a link ends: at its slot, or beside the title of a node of which nothing else is shown. */
function placeEnd({ node, slot }: End, into: [number, number]): void {
  const { pos, flags } = node;
  into[0] = pos[0] + slot.pos[0];
  into[1] = pos[1] + (flags.collapsed ? -titleHeight / 2 : slot.pos[1]);
}

const margin = 20;
/** One pair for all: every frame asks for every link. */
const ends: Ends = { a: [0, 0], b: [0, 0] };

/** The ends of a link until the next one is asked for; null where it is out of sight. */
export function endsInSight({ from, to }: ShownLink, [x = 0, y = 0, width = 0, height = 0]: Float32Array): Ends | null {
  const { a, b } = ends;
  placeEnd(from, a);
  placeEnd(to, b);
  if (Math.max(a[0], b[0]) < x - margin || Math.min(a[0], b[0]) > x + width + margin) return null;
  if (Math.max(a[1], b[1]) < y - margin || Math.min(a[1], b[1]) > y + height + margin) return null;
  return ends;
}

/** Left, top, right and bottom of each link, side by side: most are out of sight, and this is quickly seen. */
export interface LinkBoxes {
  readonly of: readonly ShownLink[];
  readonly sides: Float32Array;
}

export function boxesOf(links: readonly ShownLink[]): LinkBoxes {
  const sides = new Float32Array(4 * links.length);
  const { a, b } = ends;
  for (let i = 0; i < links.length; i++) {
    placeEnd(links[i]!.from, a);
    placeEnd(links[i]!.to, b);
    sides[4 * i] = Math.min(a[0], b[0]);
    sides[4 * i + 1] = Math.min(a[1], b[1]);
    sides[4 * i + 2] = Math.max(a[0], b[0]);
    sides[4 * i + 3] = Math.max(a[1], b[1]);
  }
  return { of: links, sides };
}

export function boxInSight(
  { sides }: LinkBoxes,
  i: number,
  [x = 0, y = 0, width = 0, height = 0]: Float32Array,
): boolean {
  const at = 4 * i;
  if (sides[at + 2]! < x - margin || sides[at]! > x + width + margin) return false;
  return sides[at + 3]! >= y - margin && sides[at + 1]! <= y + height + margin;
}

/** One curve, or one for each stretch between the points that a link runs through. */
export function drawLink(
  ctx: CanvasRenderingContext2D,
  { a, b }: Ends,
  { via, by: [dx, dy] }: Route,
  link: ShownLink,
  scale: number,
  width: number,
  otherwise: string,
): void {
  ctx.lineWidth = width;
  ctx.strokeStyle = LGraphCanvas.link_type_colors[link.type ?? ''] ?? otherwise;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.beginPath();
  traceLink(ctx, a, b, via, dx, dy);
  ctx.stroke();
  if (scale < 0.5) return;
  ctx.beginPath();
  for (const [x, y] of via) {
    ctx.moveTo(x + dx + 5, y + dy);
    ctx.arc(x + dx, y + dy, 5, 0, Math.PI * 2);
  }
  const middle = (link as unknown as { _pos: Float32Array })._pos;
  if (via.length === 0) {
    middle.set(placeOn(a, b, 0.5, false));
    ctx.arc(middle[0]!, middle[1]!, 4, 0, Math.PI * 2);
  } else middle.fill(Number.NaN); // points are taken by their own dots
  ctx.fill();
}
