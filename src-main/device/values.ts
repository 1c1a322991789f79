import { type DType, elementsOf } from '../model/tensor.ts';

/** What a tensor consists of where JavaScript can reach it. float16 is held as its 16 bits. */
export type Values = Float32Array | Uint8Array | BigInt64Array | Int32Array | Uint16Array;

const sideOf = { float32: 4, float16: 2, bfloat16: 2, int64: 8, int32: 4, uint8: 1, bool: 1 } as const;

/** The same memory, seen as its type; copied only where its place in the buffer forbids that. */
export function viewOf(bytes: Uint8Array, dtype: DType): Values {
  const side = sideOf[dtype];
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % side === 0 ? bytes : bytes.slice();
  const count = byteLength / side;
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, count);
  }
}

export const bytesIn = (values: Values): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

export const zeros = (dtype: DType, shape: readonly number[]): Values =>
  viewOf(new Uint8Array(elementsOf(shape) * sideOf[dtype]), dtype);

interface HalfArray {
  readonly buffer: ArrayBuffer;
}
type HalfConstructor = {
  new (values: ArrayLike<number>): HalfArray;
  new (buffer: ArrayBufferLike, offset: number, length: number): ArrayLike<number>;
};
/** Node 24 has it; TypeScript's ES2024 does not name it yet. */
const Half = (globalThis as unknown as { Float16Array: HalfConstructor }).Float16Array;

export const toHalf = (values: ArrayLike<number>): Uint16Array => new Uint16Array(new Half(values).buffer);
export const fromHalf = (bits: Uint16Array): Float32Array =>
  Float32Array.from(new Half(bits.buffer, bits.byteOffset, bits.length));

/** The same numbers as another type; the very array where it is that type already. */
export function cast(values: Values, from: DType, to: DType): Values {
  if (from === to) return values;
  if (from === 'float16' && values instanceof Uint16Array) return cast(fromHalf(values), 'float32', to);
  if (to === 'int64') return BigInt64Array.from(values as ArrayLike<number>, (value) => BigInt(Math.trunc(value)));
  const numbers = values instanceof BigInt64Array ? Array.from(values, Number) : values;
  if (to === 'float32') return Float32Array.from(numbers);
  if (to === 'float16') return toHalf(numbers);
  if (to === 'int32') return Int32Array.from(numbers);
  if (to === 'bool') return Uint8Array.from(numbers, (value) => (value === 0 ? 0 : 1));
  return Uint8Array.from(numbers);
}
