/** The one operation that samplers need, and the end of what it made. `TensorMath` has it for tensors on a device. */
export interface Linear<T> {
  /** Sum of factor * tensor; all of one shape. */
  linear(terms: readonly { readonly factor: number; readonly tensor: T }[]): T;
  /** Nobody reads these any more. What is not given back goes when the job ends. */
  free?(tensors: readonly T[]): void;
}
