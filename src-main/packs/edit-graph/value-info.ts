import type { DType } from '../../model/tensor.ts';
import { dtypeOf } from './onnx-types.ts';
import { fieldsOf, numbersOf, textOf } from './proto.ts';

/** An input or output of a graph. */
export interface ValueInfo {
  readonly name: string;
  /** Null for a kind of number that Kiln passes to no graph, or where it is no tensor. */
  readonly dtype: DType | null;
  /** Numbers are fixed; words are free dimensions, `?` where the file gives no name. */
  readonly shape: readonly (number | string)[];
}

/** @throws BrokenOnnx */
export function readValueInfo(bytes: Uint8Array, from = 0, end = bytes.length): ValueInfo {
  let name = '';
  let dtype: DType | null = null;
  const shape: (number | string)[] = [];
  for (const field of fieldsOf(bytes, from, end)) {
    if (field.field === 1 && field.wire === 2) name = textOf(bytes, field);
    if (field.field !== 2 || field.wire !== 2) continue;
    for (const type of fieldsOf(bytes, field.from, field.to)) {
      if (type.field !== 1 || type.wire !== 2) continue; // 1 is a tensor; sequences and maps are none
      for (const inner of fieldsOf(bytes, type.from, type.to)) {
        if (inner.field === 1 && inner.wire === 0) dtype = dtypeOf(inner.value);
        if (inner.field === 2 && inner.wire === 2)
          for (const dim of fieldsOf(bytes, inner.from, inner.to))
            if (dim.field === 1 && dim.wire === 2) shape.push(readDim(bytes, dim.from, dim.to));
      }
    }
  }
  return { name, dtype, shape };
}

function readDim(bytes: Uint8Array, from: number, end: number): number | string {
  for (const field of fieldsOf(bytes, from, end)) {
    if (field.field === 1 && field.wire === 0) return numbersOf(bytes, field)[0]!;
    if (field.field === 2 && field.wire === 2) return textOf(bytes, field) || '?';
  }
  return '?';
}
