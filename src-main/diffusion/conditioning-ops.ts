/** What a text encoder gave: `hidden` [length, width], and one vector where the family has one. */
export interface Encoded {
  readonly length: number;
  readonly hidden: ArrayLike<number>;
  readonly pooled: ArrayLike<number> | null;
  /** Where the text was padded: 1; of families that ask for it. */
  readonly padding?: ArrayLike<number>;
}

const made = (count: number, at: (i: number) => number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => at(i));

/** a * share + b * (1 - share); b is cut or filled with zeros to the length of a. */
export function averaged(a: Encoded, b: Encoded, share: number): Encoded {
  const { pooled } = a;
  const other = b.pooled ?? pooled;
  return {
    ...a,
    hidden: made(a.hidden.length, (i) => a.hidden[i]! * share + (b.hidden[i] ?? 0) * (1 - share)),
    pooled: pooled && made(pooled.length, (i) => pooled[i]! * share + other![i]! * (1 - share)),
  };
}

/** One text after the other; the vector is the first one's. */
export const concatenated = (a: Encoded, b: Encoded): Encoded => ({
  length: a.length + b.length,
  hidden: made(a.hidden.length + b.hidden.length, (i) => a.hidden[i] ?? b.hidden[i - a.hidden.length]!),
  pooled: a.pooled,
  ...(a.padding || b.padding
    ? {
        padding: made(a.length + b.length, (i) => (i < a.length ? a.padding?.[i] : b.padding?.[i - a.length]) ?? 0),
      }
    : {}),
});

export const multiplied = ({ hidden, pooled, ...rest }: Encoded, factor: number): Encoded => ({
  ...rest,
  hidden: made(hidden.length, (i) => hidden[i]! * factor),
  pooled: pooled && made(pooled.length, (i) => pooled[i]! * factor),
});

export const zeroed = ({ hidden, pooled, ...rest }: Encoded): Encoded => ({
  ...rest,
  hidden: made(hidden.length, () => 0),
  pooled: pooled && made(pooled.length, () => 0),
});

/** What each place says, weighted against what an empty text says there. Without weights it stays as it is. */
export function weightedStates(hidden: ArrayLike<number>, empty: ArrayLike<number>, weights: readonly number[]) {
  if (weights.every((weight) => weight === 1)) return Float64Array.from(hidden);
  const width = hidden.length / weights.length;
  return made(hidden.length, (i) => {
    const weight = weights[Math.floor(i / width)]!;
    return weight === 1 ? hidden[i]! : (hidden[i]! - empty[i]!) * weight + empty[i]!;
  });
}
