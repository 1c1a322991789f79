// Pictures of few colours, as bytes [height, width, 3]. The palette is a median cut's; another program's may differ a bit.

type Color = readonly [red: number, green: number, blue: number];

export const ditherNames = ['none', 'floyd-steinberg', 'bayer-2', 'bayer-4', 'bayer-8', 'bayer-16'] as const;
export type Dither = (typeof ditherNames)[number];

export function quantized(pixels: Uint8Array, width: number, colors: number, dither: Dither): Uint8Array {
  const palette = medianCut(pixels, colors);
  const nearest = nearestIn(palette);
  if (dither === 'floyd-steinberg') return diffused(pixels, width, nearest);
  const push = dither === 'none' ? null : ordered(Number(dither.slice(6)), 512 / palette.length);
  return mappedColors(pixels, (value, i) => (push ? push(value, Math.floor(i / 3), width) : value), nearest);
}

interface Counted {
  readonly color: Color;
  readonly count: number;
}

/** At most so many colours: the box of colours with the longest side, by how often it is seen, is cut at its median. */
function medianCut(pixels: Uint8Array, most: number): readonly Color[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < pixels.length; i += 3) {
    const key = (pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const all = [...counts].map(([key, count]): Counted => ({ color: [key >> 16, (key >> 8) & 255, key & 255], count }));
  const boxes = [boxed(all)];
  while (boxes.length < most) {
    const widest = boxes.reduce((best, box) => (box.side * box.seen > best.side * best.seen ? box : best), boxes[0]!);
    if (widest.side === 0) break;
    const sorted = widest.held.toSorted((a, b) => a.color[widest.axis] - b.color[widest.axis]);
    let [cut, seen] = [0, 0];
    while (cut < sorted.length - 1 && (cut === 0 || seen + sorted[cut]!.count <= widest.seen / 2))
      seen += sorted[cut++]!.count;
    boxes.splice(boxes.indexOf(widest), 1, boxed(sorted.slice(0, cut)), boxed(sorted.slice(cut)));
  }
  return boxes.map(({ held, seen }) => {
    const mean = (axis: 0 | 1 | 2) =>
      Math.round(held.reduce((sum, { color, count }) => sum + color[axis] * count, 0) / seen);
    return [mean(0), mean(1), mean(2)] as const;
  });
}

/** Colours with their longest side. */
function boxed(held: readonly Counted[]) {
  const seen = held.reduce((sum, { count }) => sum + count, 0);
  const sides = ([0, 1, 2] as const).map((axis) => {
    let [low, high] = [255, 0];
    for (const { color } of held) [low, high] = [Math.min(low, color[axis]), Math.max(high, color[axis])];
    return high - low;
  });
  const side = Math.max(...sides);
  return { held, seen, side, axis: sides.indexOf(side) as 0 | 1 | 2 };
}

type Nearest = (red: number, green: number, blue: number) => Color;

/** Remembers what it found: most pictures ask for the same colours again and again. */
function nearestIn(palette: readonly Color[]): Nearest {
  const known = new Int16Array(1 << 24).fill(-1);
  return (red, green, blue) => {
    const key = (red << 16) | (green << 8) | blue;
    if (known[key] === -1) {
      let [best, least] = [0, Number.POSITIVE_INFINITY];
      for (let i = 0; i < palette.length; i++) {
        const [r, g, b] = palette[i]!;
        const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
        if (distance < least) [best, least] = [i, distance];
      }
      known[key] = best;
    }
    return palette[known[key]!]!;
  };
}

const byte = (value: number): number => Math.min(Math.max(Math.trunc(value), 0), 255);

function mappedColors(pixels: Uint8Array, change: (value: number, i: number) => number, nearest: Nearest): Uint8Array {
  const found = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 3) {
    const at = (c: number) => byte(change(pixels[i + c]!, i + c));
    found.set(nearest(at(0), at(1), at(2)), i);
  }
  return found;
}

/** Bayer's matrix of a power of two, around 0. */
function bayer(order: number): readonly (readonly number[])[] {
  if (order === 1) return [[0]];
  const half = bayer(order / 2);
  const square = order * order;
  const scaled = (add: number) => half.map((row) => row.map((value) => (value * square + add) / square));
  const [a, b, c, d] = [scaled(-1.5), scaled(0.5), scaled(1.5), scaled(-0.5)];
  return [...a.map((row, y) => [...row, ...b[y]!]), ...c.map((row, y) => [...row, ...d[y]!])];
}

function ordered(order: number, spread: number) {
  const matrix = bayer(order);
  return (value: number, pixel: number, width: number): number =>
    value + spread * matrix[Math.floor(pixel / width) % order]![(pixel % width) % order]! + 0.5;
}

/** What a pixel lost goes to those that come after it (Floyd and Steinberg 1976). */
function diffused(pixels: Uint8Array, width: number, nearest: Nearest): Uint8Array {
  const left = Float32Array.from(pixels);
  const found = new Uint8Array(pixels.length);
  const near = (value: number) => Math.min(Math.max(Math.round(value), 0), 255);
  for (let pixel = 0; pixel < pixels.length / 3; pixel++) {
    const [i, x] = [pixel * 3, pixel % width];
    const color = nearest(near(left[i]!), near(left[i + 1]!), near(left[i + 2]!));
    found.set(color, i);
    for (let c = 0; c < 3; c++) {
      const lost = left[i + c]! - color[c]!;
      const next = i + c + 3 * width;
      if (x < width - 1) left[i + c + 3]! += (lost * 7) / 16;
      if (next >= left.length) continue;
      if (x > 0) left[next - 3]! += (lost * 3) / 16;
      left[next]! += (lost * 5) / 16;
      if (x < width - 1) left[next + 3]! += lost / 16;
    }
  }
  return found;
}
