import type { Area } from '../session/ground.ts';
import type { Point } from '../session/move.ts';

/** What of a graph is in sight. */
export interface Camera {
  /** Brings these areas into sight, as large as they can be. */
  frame(areas: readonly Area[]): void;
  /** Moves as little as is needed for these to be in sight. */
  reveal(areas: readonly Area[]): void;
  zoom(by: number): void;
  /** Brings a place to the middle. */
  lookAt(at: Point): void;
  /** The middle of what is in sight. */
  middle(): Point;
  inSight(): Area;
  toGraph(page: { readonly clientX: number; readonly clientY: number }): Point;
  toPage(area: Area): { left: number; top: number; width: number; height: number };
}

interface Lens {
  scale: number;
  min_scale: number;
  offset: [number, number] | Float32Array;
  changeScale(scale: number, around: [number, number]): void;
}

const margin = 48;
const largest = 1.25;

/** Graph units to pixels and back, through the scale and the offset that the library keeps. */
export function camera(element: HTMLElement, lens: Lens, redraw: () => void): Camera {
  const sizeOf = () => element.parentElement!.getBoundingClientRect();
  const middle = (): Point => {
    const { width, height } = sizeOf();
    return [width / 2 / lens.scale - lens.offset[0]!, height / 2 / lens.scale - lens.offset[1]!];
  };
  const lookAt = ([x, y]: Point): void => {
    const { width, height } = sizeOf();
    lens.offset[0] = width / 2 / lens.scale - x;
    lens.offset[1] = height / 2 / lens.scale - y;
    redraw();
  };
  return {
    middle,
    lookAt,
    frame(areas) {
      const { width, height } = sizeOf();
      if (areas.length === 0 || width === 0) return;
      const left = Math.min(...areas.map(({ x }) => x));
      const top = Math.min(...areas.map(({ y }) => y));
      const right = Math.max(...areas.map((area) => area.x + area.width));
      const bottom = Math.max(...areas.map((area) => area.y + area.height));
      const scale = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top), largest);
      lens.scale = Math.max(lens.min_scale, scale);
      lookAt([(left + right) / 2, (top + bottom) / 2]);
    },
    reveal(areas) {
      const { width, height } = sizeOf();
      const into = (at: number, size: number, axis: 0 | 1, room: number): void => {
        const from = (at + lens.offset[axis]!) * lens.scale;
        const to = from + size * lens.scale;
        if (from < margin / 2) lens.offset[axis]! += (margin / 2 - from) / lens.scale;
        else if (to > room - margin / 2) lens.offset[axis]! -= (to - room + margin / 2) / lens.scale;
      };
      for (const area of areas) {
        into(area.x, area.width, 0, width);
        into(area.y, area.height, 1, height);
      }
      redraw();
    },
    zoom(by) {
      const { width, height } = sizeOf();
      lens.changeScale(lens.scale * by, [width / 2, height / 2]);
      redraw();
    },
    inSight() {
      const { width, height } = sizeOf();
      return { x: -lens.offset[0]!, y: -lens.offset[1]!, width: width / lens.scale, height: height / lens.scale };
    },
    toGraph({ clientX, clientY }) {
      const { left, top } = element.getBoundingClientRect();
      return [(clientX - left) / lens.scale - lens.offset[0]!, (clientY - top) / lens.scale - lens.offset[1]!];
    },
    toPage({ x, y, width, height }) {
      const page = element.getBoundingClientRect();
      return {
        left: page.left + (x + lens.offset[0]!) * lens.scale,
        top: page.top + (y + lens.offset[1]!) * lens.scale,
        width: width * lens.scale,
        height: height * lens.scale,
      };
    },
  };
}
