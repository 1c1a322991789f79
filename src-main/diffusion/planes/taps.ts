import type { Planes } from './planes.ts';

/** Where a value comes from along one axis, and how much each place counts. */
export interface Tap {
  readonly at: readonly number[];
  readonly weights: readonly number[];
}

export const each = (size: number, tap: (i: number) => Tap): readonly Tap[] =>
  Array.from({ length: size }, (_, i) => tap(i));

// Plain loops over numbers: a picture of a megapixel has three million of them, and the host does nothing else meanwhile.

/** Every row of values from its places and weights. */
export function across({ shape: [images, channels, height, width], data }: Planes, taps: readonly Tap[]): Planes {
  const lines = images * channels * height;
  const found = new Float64Array(lines * taps.length);
  for (let line = 0; line < lines; line++)
    for (let x = 0; x < taps.length; x++) {
      const { at, weights } = taps[x]!;
      let sum = 0;
      for (let k = 0; k < at.length; k++) sum += weights[k]! * data[line * width + at[k]!]!;
      found[line * taps.length + x] = sum;
    }
  return { shape: [images, channels, height, taps.length], data: found };
}

/** Every column of values from its places and weights. */
export function down({ shape: [images, channels, height, width], data }: Planes, taps: readonly Tap[]): Planes {
  const found = new Float64Array(images * channels * taps.length * width);
  for (let plane = 0; plane < images * channels; plane++)
    for (let y = 0; y < taps.length; y++) {
      const { at, weights } = taps[y]!;
      const to = (plane * taps.length + y) * width;
      for (let k = 0; k < at.length; k++) {
        const [from, weight] = [(plane * height + at[k]!) * width, weights[k]!];
        for (let x = 0; x < width; x++) found[to + x]! += weight * data[from + x]!;
      }
    }
  return { shape: [images, channels, taps.length, width], data: found };
}
