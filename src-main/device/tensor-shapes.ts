import { fail } from '../model/errors.ts';
import { elementsOf, type TensorRef } from '../model/tensor.ts';

// What arithmetic asks of its tensors, wherever they lie.

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** @throws AppError bug */
export function mustAdd(tensor: TensorRef, first: TensorRef): void {
  if (tensor.dtype !== 'float32' || !sameShape(tensor.shape, first.shape))
    fail('bug', { reason: `cannot add ${tensor.dtype} [${tensor.shape}] to float32 [${first.shape}]` });
}

/** @throws AppError bug */
export function mustMultiply(a: TensorRef, b: TensorRef): void {
  if (!sameShape(a.shape, b.shape)) fail('bug', { reason: `cannot multiply [${a.shape}] and [${b.shape}]` });
}

/** A mask may have fewer cells, which then serve again and again. @throws AppError bug */
export function mustBlend(inner: TensorRef, outer: TensorRef, mask: TensorRef): void {
  if (!sameShape(inner.shape, outer.shape) || elementsOf(inner.shape) % elementsOf(mask.shape) !== 0)
    fail('bug', { reason: `cannot blend [${inner.shape}] and [${outer.shape}] by [${mask.shape}]` });
}
