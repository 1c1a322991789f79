import type { Clip } from '../model/pack.ts';

/** One picture's values within bounds, in an array of their own. */
export function clipped<A extends Float32Array | Float64Array>(values: A, clip: Clip): A {
  const bound =
    'limit' in clip ? clip.limit : Math.min(Math.max(quantile(values.map(Math.abs), clip.share), 1), clip.most);
  const scale = 'limit' in clip ? 1 : bound;
  return values.map((value) => Math.min(Math.max(value, -bound), bound) / scale) as A;
}

/** Between the two nearest values, evenly. Sorts them. */
function quantile(values: Float32Array | Float64Array, share: number): number {
  values.sort();
  const place = share * (values.length - 1);
  const low = Math.floor(place);
  const [from, to] = [values[low]!, values[Math.min(low + 1, values.length - 1)]!];
  return from + (place - low) * (to - from);
}
