/** n numbers from `from` to `to`, both included; one number is `from`. */
export const line = (from: number, to: number, n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => (n === 1 ? from : from + ((to - from) * i) / (n - 1)));

/** The same as `torch.linspace` counts it in float32: by even steps from either end, up to the middle. */
export function floatLine(from: number, to: number, n: number): readonly number[] {
  const { fround } = Math;
  const [start, end] = [fround(from), fround(to)];
  const step = fround(fround(end - start) / (n - 1));
  return Array.from({ length: n }, (_, i) =>
    n === 1 ? start : fround(i < Math.floor(n / 2) ? start + step * i : end - step * (n - 1 - i)),
  );
}

/** To the nearest whole number, halves to the even one. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
