import type { Clip } from '../model/pack.ts';

/** The operations that samplers need, and the end of what they made. `TensorMath` has them for tensors on a device. */
export interface Linear<T> {
  /** Sum of factor * tensor; all of one shape. */
  linear(terms: readonly { readonly factor: number; readonly tensor: T }[]): T;
  /** Of each picture by itself. */
  clip(tensor: T, clip: Clip): T;
  /** Nobody reads these any more. What is not given back goes when the job ends. */
  free?(tensors: readonly T[]): void;
}
