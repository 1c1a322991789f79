import type { BatchKey, SizeKey } from './ids.ts';
import type { Part } from './pack.ts';

export interface CallShape {
  /** Shape of one row's main tensor, without the leading 1. */
  readonly main: readonly number[];
  /** Length of the context, 0 where there is none. */
  readonly tokens: number;
  /** Names of the inputs that the row fills. */
  readonly inputs: readonly string[];
  readonly timestep: number;
  /** Which of an encoder's states is read, where not the usual one. */
  readonly layer?: number;
  /** Digest of what all rows of the call take together. */
  readonly shared?: string;
}

/** Exactly what one call must share. `part.key` already stands for the pack's digest, its adapters and the part. */
export const batchKeyOf = (part: Part, shape: CallShape): BatchKey =>
  [
    part.key,
    part.dtype,
    shape.main.join('x'),
    shape.tokens,
    [...shape.inputs].sort().join('+'),
    part.timestep === 'scalar' ? shape.timestep : '*',
    shape.layer ?? '',
    shape.shared ?? '',
  ].join(' ') as BatchKey;

/** What a part's time depends on besides its rows. */
export const sizeKeyOf = (part: Part, shape: CallShape): SizeKey =>
  `${part.key} ${shape.main.join('x')} ${shape.tokens}` as SizeKey;
