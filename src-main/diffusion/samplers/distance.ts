import type { Allowed } from './sampler.ts';

type Values = readonly ArrayLike<number>[];

/** The root of the mean square of (a - b) / what is allowed there, over all values. */
export function meanDistance(a: Values, b: Values, { absolute, relative, before }: Allowed<Values>): number {
  let [sum, count] = [0, 0];
  for (const [k, one] of a.entries()) {
    const [other, was] = [b[k]!, before[k]!];
    for (let i = 0; i < one.length; i++) {
      const allowed = Math.max(absolute, relative * Math.max(Math.abs(one[i]!), Math.abs(was[i]!)));
      sum += ((one[i]! - other[i]!) / allowed) ** 2;
    }
    count += one.length;
  }
  return Math.sqrt(sum / count);
}
