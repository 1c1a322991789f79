import { clipped } from '../../src-main/diffusion/clip.ts';
import { normalNoise, torchDraw } from '../../src-main/diffusion/noise.ts';
import type { DeviceId, TensorId } from '../../src-main/model/ids.ts';
import type { TensorMath } from '../../src-main/model/node-type.ts';
import { bytesOf, type DType, elementsOf, isTensorRef, type TensorRef } from '../../src-main/model/tensor.ts';

export type Data = Float32Array | Uint8Array | BigInt64Array;

/** Tensors in memory: what a host has, without a device. */
export interface FakeTensors extends TensorMath {
  dataOf(tensor: TensorRef): Data;
  make(data: Data, dtype: DType, shape: readonly number[]): TensorRef;
  /** A value with its tensors replaced by their content, to compare by. */
  contentOf(value: unknown): unknown;
}

export function fakeTensors(): FakeTensors {
  const kept = new Map<TensorId, Data>();

  const make = (data: Data, dtype: DType, shape: readonly number[]): TensorRef => {
    if (data.length !== elementsOf(shape)) throw new Error(`${data.length} values for ${shape.join('x')}`);
    const id = `t${kept.size}` as TensorId;
    kept.set(id, data);
    return Object.freeze({ id, deviceId: 'sim:0' as DeviceId, dtype, shape: [...shape], bytes: bytesOf(dtype, shape) });
  };
  const dataOf = (tensor: TensorRef): Data => {
    const data = kept.get(tensor.id);
    if (!data) throw new Error(`no tensor ${tensor.id}`);
    return data;
  };
  const contentOf = (value: unknown): unknown => {
    if (isTensorRef(value)) return { dtype: value.dtype, shape: value.shape, data: dataOf(value) };
    if (Array.isArray(value)) return value.map(contentOf);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, contentOf(inner)]));
  };

  return {
    make,
    dataOf,
    contentOf,
    linear(terms) {
      const shape = terms[0]!.tensor.shape;
      const sum = new Float32Array(elementsOf(shape));
      for (const { factor, tensor } of terms) {
        if (tensor.shape.join() !== shape.join() || tensor.dtype !== 'float32') throw new Error('shapes differ');
        const data = dataOf(tensor) as Float32Array;
        for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * data[i]!;
      }
      return make(sum, 'float32', shape);
    },
    product(a, b) {
      const [one, other] = [dataOf(a), dataOf(b)] as [Float32Array, Float32Array];
      return make(
        one.map((value, i) => value * other[i]!),
        'float32',
        a.shape,
      );
    },
    clip: (tensor, clip) => make(clipped(dataOf(tensor) as Float32Array, clip), 'float32', tensor.shape),
    blend(inner, outer, mask) {
      const [one, other, share] = [inner, outer, mask].map((tensor) => dataOf(tensor) as Float32Array);
      const at = (i: number) => share![i % share!.length]!;
      return make(
        one!.map((value, i) => value * at(i) + other![i]! * (1 - at(i))),
        'float32',
        inner.shape,
      );
    },
    noise(seed, shape, stream = 0) {
      const count = elementsOf(shape);
      const values =
        typeof stream === 'number' ? normalNoise(seed, count, stream) : torchDraw(seed, count, stream.draw);
      return make(values, 'float32', shape);
    },
    free: () => {},
    full: (shape, value) => make(new Float32Array(elementsOf(shape)).fill(value), 'float32', shape),
    from: make,
    split(tensor) {
      const [count = 1, ...rest] = tensor.shape;
      const size = elementsOf(rest);
      return Array.from({ length: count }, (_, i) =>
        make(dataOf(tensor).slice(i * size, (i + 1) * size), tensor.dtype, [1, ...rest]),
      );
    },
    stack(tensors) {
      const [first] = tensors;
      const rest = first!.shape.slice(1);
      const images = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
      const all: Data =
        first!.dtype === 'uint8'
          ? new Uint8Array(images * elementsOf(rest))
          : new Float32Array(images * elementsOf(rest));
      let at = 0;
      for (const tensor of tensors) {
        if (tensor.shape.slice(1).join() !== rest.join()) throw new Error('shapes differ');
        all.set(dataOf(tensor) as never, at);
        at += elementsOf(tensor.shape);
      }
      return make(all, first!.dtype, [images, ...rest]);
    },
    read: async (tensor) => dataOf(tensor),
  };
}
