/** The one operation that samplers need. `TensorMath` has it for tensors on a device. */
export interface Linear<T> {
  /** Sum of factor * tensor; all of one shape. */
  linear(terms: readonly { readonly factor: number; readonly tensor: T }[]): T;
}
