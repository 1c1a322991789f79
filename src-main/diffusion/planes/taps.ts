import type { Planes } from './planes.ts';

/** Where a value comes from along one axis, and how much each place counts. */
export interface Tap {
  readonly at: readonly number[];
  readonly weights: readonly number[];
}

export const each = (size: number, tap: (i: number) => Tap): readonly Tap[] =>
  Array.from({ length: size }, (_, i) => tap(i));

// Plain loops over numbers: a picture of a megapixel has three million of them, and the host does nothing else meanwhile.

/** The taps one after the other in plain memory: those of place i from `starts[i]` on. */
function flat(taps: readonly Tap[]) {
  const starts = new Int32Array(taps.length + 1);
  for (const [i, { at }] of taps.entries()) starts[i + 1] = starts[i]! + at.length;
  const at = Int32Array.from(taps.flatMap((tap) => tap.at));
  const weights = Float64Array.from(taps.flatMap((tap) => tap.weights));
  return { starts, at, weights };
}

/** Every row of values from its places and weights. */
export function across({ shape: [images, channels, height, width], data }: Planes, taps: readonly Tap[]): Planes {
  const lines = images * channels * height;
  const { starts, at, weights } = flat(taps);
  const found = new Float64Array(lines * taps.length);
  const row = new Float64Array(width);
  let to = 0;
  for (let line = 0; line < lines; line++) {
    for (let x = 0; x < width; x++) row[x] = data[line * width + x]!;
    for (let x = 0; x < taps.length; x++) {
      let sum = 0;
      for (let k = starts[x]!; k < starts[x + 1]!; k++) sum += weights[k]! * row[at[k]!]!;
      found[to++] = sum;
    }
  }
  return { shape: [images, channels, height, taps.length], data: found };
}

/** Every column of values from its places and weights. */
export function down({ shape: [images, channels, height, width], data }: Planes, taps: readonly Tap[]): Planes {
  const found = new Float64Array(images * channels * taps.length * width);
  const row = new Float64Array(width);
  for (let plane = 0; plane < images * channels; plane++)
    for (let y = 0; y < taps.length; y++) {
      const { at, weights } = taps[y]!;
      row.fill(0);
      for (let k = 0; k < at.length; k++) {
        const [from, weight] = [(plane * height + at[k]!) * width, weights[k]!];
        for (let x = 0; x < width; x++) row[x]! += weight * data[from + x]!;
      }
      found.set(row, (plane * taps.length + y) * width);
    }
  return { shape: [images, channels, taps.length, width], data: found };
}
