import type { Point } from '../session/move.ts';

// How a link runs: out of its output to the right, through its points, into its input from the left. One curve for each
// stretch between two of them.

type At = ArrayLike<number>;

/** How far a curve's handles reach: enough for a calm bend, also where the link goes back. */
function reachOf(a: At, b: At): number {
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  if (dx >= 0) return Math.max(Math.min(24, dx), Math.hypot(dx, dy) * 0.3);
  return Math.min(120, 32 + Math.abs(dx) * 0.3 + Math.abs(dy) * 0.1);
}

/** Through points a link runs towards the next one, so handles are as long as the way across at most. */
function reachAt(a: At, b: At, isFree: boolean): number {
  return isFree ? Math.min(Math.abs(b[0]! - a[0]!) * 0.4, reachOf(a, b)) : reachOf(a, b);
}

function curve(path: CanvasRenderingContext2D, a: At, b: At, isInner: boolean): void {
  const reach = reachAt(a, b, isInner);
  const sign = isInner && b[0]! < a[0]! ? -1 : 1;
  path.bezierCurveTo(a[0]! + sign * reach, a[1]!, b[0]! - sign * reach, b[1]!, b[0]!, b[1]!);
}

/** Adds the link to the path that is open. */
export function traceLink(path: CanvasRenderingContext2D, a: At, b: At, via: readonly Point[], dx = 0, dy = 0): void {
  path.moveTo(a[0]!, a[1]!);
  let from: At = a;
  for (const point of via) {
    const to = dx === 0 && dy === 0 ? point : [point[0] + dx, point[1] + dy];
    curve(path, from, to, true);
    from = to;
  }
  curve(path, from, b, via.length > 0);
}

/** A place on the curve between two points; `t` from 0 to 1. */
export function placeOn(a: At, b: At, t: number, isInner: boolean): Point {
  const reach = reachAt(a, b, isInner);
  const sign = isInner && b[0]! < a[0]! ? -1 : 1;
  const [s, u] = [1 - t, t];
  const [p, q, r, v] = [s * s * s, 3 * s * s * u, 3 * s * u * u, u * u * u];
  return [
    p * a[0]! + q * (a[0]! + sign * reach) + r * (b[0]! - sign * reach) + v * b[0]!,
    (p + q) * a[1]! + (r + v) * b[1]!,
  ];
}

const samples = 24;

/** How far a place is from a link, and the stretch that is nearest: a point that is added there comes at that index. */
export function nearestOn(
  a: At,
  b: At,
  via: readonly Point[],
  [x, y]: Point,
): { readonly distance: number; readonly stretch: number } {
  const stops: At[] = [a, ...via, b];
  let [distance, stretch] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i + 1 < stops.length; i++)
    for (let n = 0; n <= samples; n++) {
      const [px, py] = placeOn(stops[i]!, stops[i + 1]!, n / samples, via.length > 0);
      const away = Math.hypot(px - x, py - y);
      if (away < distance) [distance, stretch] = [away, i];
    }
  return { distance, stretch };
}
