import type { DType } from '../../model/tensor.ts';

/** Numbers of TensorProto.DataType. */
export const onnxTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

const names = new Map(Object.entries(onnxTypes).map(([name, number]) => [number, name as DType]));

/** Null for the kinds of number that Kiln passes to no graph. */
export const dtypeOf = (onnxType: number): DType | null => names.get(onnxType) ?? null;
