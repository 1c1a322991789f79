/** One tensor, list or text of a case against the reference's. The difference is measured as the tolerance is stated. */
export interface Measured {
  readonly tensor: string;
  /** Infinity where lengths differ, or where one is a number and the other is not. */
  readonly difference: number;
  readonly tolerance: number;
}

export interface Compared extends Measured {
  readonly id: string;
  /** The pack that computed it, for cases of packs. */
  readonly pack?: string;
}

export interface Unsupported {
  readonly id: string;
  readonly pack?: string;
  /** Why Kiln cannot be compared here. */
  readonly unsupported: string;
}

/** A case gives as many as it has tensors, or says that it is not supported. */
export type Comparison = Compared | Unsupported;

export const isUnsupported = (one: Comparison): one is Unsupported => 'unsupported' in one;

/** Anything that is not a number is off. */
export const isWithin = ({ difference, tolerance }: Measured): boolean => difference <= tolerance;

/** How much of its tolerance is used: 1 is the limit. Where none is allowed, 0 or Infinity. */
export const shareOf = ({ difference, tolerance }: Measured): number =>
  difference === 0 ? 0 : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / tolerance;

type Numbers = ArrayLike<number>;

/** The greatest of `apart` over two lists of one length; equal ones, infinities too, are 0 apart. */
function greatest(found: Numbers, wanted: Numbers, apart: (found: number, wanted: number) => number): number {
  if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(found[i], wanted[i])) continue;
    const difference = apart(found[i]!, wanted[i]!);
    if (!(difference <= Number.MAX_VALUE)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, difference);
  }
  return most;
}

/** |found - wanted|, the greatest of them. */
export const absolute = (tensor: string, found: Numbers, wanted: Numbers, tolerance: number): Measured => ({
  tensor,
  difference: greatest(found, wanted, (a, b) => Math.abs(a - b)),
  tolerance,
});

/** |found - wanted| / max(|wanted|, least), the greatest of them. */
export const relative = (
  tensor: string,
  found: Numbers,
  wanted: Numbers,
  tolerance: number,
  least = 1e-12,
): Measured => ({
  tensor,
  difference: greatest(found, wanted, (a, b) => Math.abs(a - b) / Math.max(Math.abs(b), least)),
  tolerance,
});

/** Texts, ids, counts: the same, or as far apart as can be. */
export const equal = (tensor: string, found: unknown, wanted: unknown): Measured => ({
  tensor,
  difference: JSON.stringify(found) === JSON.stringify(wanted) ? 0 : Number.POSITIVE_INFINITY,
  tolerance: 0,
});

/** max(1, the greatest |value|), by which many tolerances grow. */
export const sizeOf = (values: Numbers): number => {
  let most = 1;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
};
