// Ways to guide that need more than a sum, each on one picture's values [channels, cells].

type Values = ArrayLike<number>;

/** What both sides see in the state. */
export interface Seen {
  readonly x: Values;
  readonly positive: Values;
  readonly negative: Values;
}

/** A plain loop: asked at every step, for every picture. */
function made(like: Values, at: (i: number) => number): Float64Array {
  const found = new Float64Array(like.length);
  for (let i = 0; i < found.length; i++) found[i] = at(i);
  return found;
}

function spread(values: Values): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i]! - mean) ** 2;
  return Math.sqrt(square / (values.length - 1));
}

const dot = (a: Values, b: Values): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** negative + cfg * (positive - negative) */
export const plainGuidance = ({ positive, negative }: Seen, cfg: number): Float64Array =>
  made(positive, (i) => negative[i]! + cfg * (positive[i]! - negative[i]!));

/**
 * Guided, and brought back to the spread that the positive side has (Lin 2023), `multiplier` of it. In velocities; on a
 * flow in clean pictures.
 */
export function rescaledGuidance(
  seen: Seen,
  cfg: number,
  multiplier: number,
  sigma: number,
  isFlow: boolean,
): Float64Array {
  const { x, positive, negative } = seen;
  const rescaled = (one: Values, other: Values): Float64Array => {
    const guided = made(one, (i) => other[i]! + cfg * (one[i]! - other[i]!));
    const factor = spread(one) / spread(guided);
    return guided.map((value) => multiplier * value * factor + (1 - multiplier) * value);
  };
  if (isFlow) return rescaled(positive, negative);
  const square = sigma * sigma + 1;
  const velocity = (clean: Values) => made(clean, (i) => ((x[i]! / square - clean[i]!) * Math.sqrt(square)) / sigma);
  const found = rescaled(velocity(positive), velocity(negative));
  return made(x, (i) => x[i]! / square - (found[i]! * sigma) / Math.sqrt(square));
}

/** The negative side counts as far as its noise goes the way of the positive one's (Fan 2025). */
export function zeroStarGuidance(seen: Seen, cfg: number): Float64Array {
  const { x, positive, negative } = seen;
  const noise = (clean: Values) => made(x, (i) => x[i]! - clean[i]!);
  const [one, other] = [noise(positive), noise(negative)];
  const alpha = dot(one, other) / (dot(other, other) + 1e-8);
  return plainGuidance(seen, cfg).map((value, i) => value + (alpha - 1) * (1 - cfg) * negative[i]!);
}

/** Root of the sum of squares over the channels of each cell. */
function lengths(values: Values, cells: number): Float64Array {
  const sums = new Float64Array(cells);
  for (let i = 0; i < values.length; i++) sums[i % cells]! += values[i]! ** 2;
  return sums.map(Math.sqrt);
}

/** Guided, but nowhere longer than the positive side is, over the channels of a cell. */
export function normGuidance(seen: Seen, cfg: number, strength: number, cells: number): Float64Array {
  const guided = plainGuidance(seen, cfg);
  const [wanted, found] = [lengths(seen.positive, cells), lengths(guided, cells)];
  return guided.map((value, i) => value * Math.min(1, wanted[i % cells]! / (found[i % cells]! + 1e-8)) * strength);
}

/** The guided noise takes the length that the positive side's has, `strength` of it. */
export function noiseNormGuidance({ x, positive, negative }: Seen, cfg: number, strength: number, cells: number) {
  const noise = (clean: Values) => made(x, (i) => x[i]! - clean[i]!);
  const [one, other] = [noise(positive), noise(negative)];
  const guided = made(x, (i) => other[i]! + cfg * (one[i]! - other[i]!));
  const [wanted, found] = [lengths(one, cells), lengths(guided, cells)];
  return made(x, (i) => {
    const scaled = (guided[i]! * wanted[i % cells]!) / (found[i % cells]! + 1e-8);
    return x[i]! - (strength * scaled + (1 - strength) * guided[i]!);
  });
}

/** Only what of the negative side stands across the positive one is left out; both counted from the empty prompt. */
export function perpNegGuidance({ positive, negative }: Seen, empty: Values, cfg: number, scale: number): Float64Array {
  const from = (clean: Values) => made(clean, (i) => clean[i]! - empty[i]!);
  const [p, q] = [from(positive), from(negative)];
  const share = dot(q, p) / dot(p, p);
  return made(positive, (i) => empty[i]! + cfg * (p[i]! - scale * (q[i]! - share * p[i]!)));
}

export interface Dual {
  readonly first: Values;
  readonly second: Values;
  readonly negative: Values;
  /** From the second conditioning to the first. */
  readonly cfg: number;
  /** From the negative side to the second conditioning. */
  readonly cfgSecond: number;
  readonly isNested: boolean;
}

export function dualGuidance({ first, second, negative, cfg, cfgSecond, isNested }: Dual): Float64Array {
  return made(first, (i) => {
    const [one, two, none] = [first[i]!, second[i]!, negative[i]!];
    if (isNested) return none + cfgSecond * (two + cfg * (one - two) - none);
    return none + cfgSecond * (two - none) + cfg * (one - two);
  });
}
