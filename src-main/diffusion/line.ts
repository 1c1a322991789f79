/** n numbers from `from` to `to`, both included; one number is `from`. */
export const line = (from: number, to: number, n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => (n === 1 ? from : from + ((to - from) * i) / (n - 1)));

/** To the nearest whole number, halves to the even one. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
