import { BrokenFile } from './json-checks.ts';

/** Numbers of a `.safetensors` file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const sizes: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

/**
 * The tensors of floating-point numbers in a small file: a length, a header in JSON, then their bytes one after the
 * other. Tensors of other kinds are passed over. @throws BrokenFile
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, StoredTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) throw new BrokenFile('it is cut off, or no .safetensors file');
  const found = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(headerOf(bytes.subarray(8, 8 + length)))) {
    const { dtype, shape, data_offsets: place } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const size = typeof dtype === 'string' ? sizes[dtype] : undefined;
    if (name === '__metadata__' || size === undefined) continue;
    if (!isWhole(shape) || !isWhole(place) || place.length !== 2)
      throw new BrokenFile(`what it says of "${name}" is not understood`);
    const [from, to] = place.map((at) => 8 + length + at) as [number, number];
    const count = shape.reduce((product, side) => product * side, 1);
    if (to > bytes.length) throw new BrokenFile(`it is cut off: ${to - bytes.length} bytes are missing`);
    if (to - from !== count * size) throw new BrokenFile(`"${name}" has ${to - from} bytes instead of ${count * size}`);
    const own = new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
    const read = reader(own, dtype as string);
    found.set(name, { shape, values: Float32Array.from({ length: count }, (_, i) => read(i * size)) });
  }
  return found;
}

function headerOf(bytes: Uint8Array): object {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof header === 'object' && header !== null) return header;
  } catch {
    // said below
  }
  throw new BrokenFile('its header is not JSON');
}

const isWhole = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);

function reader(view: DataView, dtype: string): (at: number) => number {
  if (dtype === 'F32') return (at) => view.getFloat32(at, true);
  if (dtype === 'F16') return (at) => half(view.getUint16(at, true));
  // The upper half of a float32.
  const whole = new DataView(new ArrayBuffer(4));
  return (at) => {
    whole.setUint16(2, view.getUint16(at, true), true);
    return whole.getFloat32(0, true);
  };
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
