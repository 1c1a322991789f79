import { clipped } from '../diffusion/clip.ts';
import { normalNoise, torchDraw } from '../diffusion/noise.ts';
import { fail } from '../model/errors.ts';
import { type DeviceId, newId, type TensorId } from '../model/ids.ts';
import type { NoiseStream, TensorMath } from '../model/node-type.ts';
import type { Clip } from '../model/pack.ts';
import { bytesOf, type DType, elementsOf, type TensorRef } from '../model/tensor.ts';
import { Sum } from './sum.ts';
import { mustAdd, mustBlend, mustMultiply } from './tensor-shapes.ts';
import { bytesIn, type Values, viewOf } from './values.ts';

interface Held {
  readonly ref: TensorRef;
  /** A sum stays one until somebody wants its values: sums of sums are then one pass over memory, rounded once. */
  values: Values | Sum;
}

/**
 * Tensors in the process's own memory, by id, and the arithmetic on them. A row that was split off a batch shares the
 * batch's memory, which is given back when the last of them is disposed of.
 */
export class CpuTensors implements TensorMath {
  readonly #held = new Map<TensorId, Held>();
  readonly deviceId: DeviceId;
  /** Ids of a host that was lost never meet those of its successor. */
  readonly #prefix = newId<string>('t');
  #count = 0;
  #bytes = 0;

  constructor(deviceId: DeviceId) {
    this.deviceId = deviceId;
  }

  get size(): { readonly tensors: number; readonly bytes: number } {
    return { tensors: this.#held.size, bytes: this.#bytes };
  }

  /** Takes the array over. */
  keep(values: Values, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    if (values.length !== elementsOf(shape))
      fail('bug', { reason: `a tensor of [${shape}] cannot have ${values.length} values` });
    return this.#hold(values, dtype, shape, id);
  }

  #hold(values: Values | Sum, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    const ref: TensorRef = {
      id: id ?? (`${this.#prefix}.${++this.#count}` as TensorId),
      deviceId: this.deviceId,
      dtype,
      shape,
      bytes: bytesOf(dtype, shape),
    };
    if (id) this.dispose([id]);
    this.#held.set(ref.id, { ref, values });
    this.#bytes += ref.bytes;
    return ref;
  }

  /** @throws AppError bug, when it was freed or never made */
  valuesOf(tensor: TensorRef): Values {
    const held = this.#held.get(tensor.id) ?? fail('bug', { reason: `${this.deviceId} holds no tensor ${tensor.id}` });
    if (held.values instanceof Sum) held.values = held.values.add();
    return held.values;
  }

  upload(data: Uint8Array, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    return this.keep(viewOf(data, dtype), dtype, shape, id);
  }

  download(tensor: TensorRef): Uint8Array {
    return bytesIn(this.valuesOf(tensor));
  }

  dispose(tensors: readonly TensorId[]): void {
    for (const id of tensors) {
      this.#bytes -= this.#held.get(id)?.ref.bytes ?? 0;
      this.#held.delete(id);
    }
  }

  linear(terms: readonly { readonly factor: number; readonly tensor: TensorRef }[]): TensorRef {
    const first = terms[0]?.tensor ?? fail('bug', { reason: 'a sum of nothing has no shape' });
    const sum = new Sum(elementsOf(first.shape));
    for (const { factor, tensor } of terms) {
      mustAdd(tensor, first);
      const values = this.#held.get(tensor.id)?.values;
      if (values instanceof Sum && sum.takes(values)) sum.putAll(values, factor);
      else sum.put(this.valuesOf(tensor) as Float32Array, factor);
    }
    return this.#hold(sum, 'float32', first.shape);
  }

  free(tensors: readonly TensorRef[]): void {
    this.dispose(tensors.map(({ id }) => id));
  }

  product(a: TensorRef, b: TensorRef): TensorRef {
    mustMultiply(a, b);
    const [one, other] = [a, b].map((tensor) => this.valuesOf(tensor) as Float32Array);
    return this.keep(
      one!.map((value, i) => value * other![i]!),
      'float32',
      a.shape,
    );
  }

  clip(tensor: TensorRef, clip: Clip): TensorRef {
    return this.keep(clipped(this.valuesOf(tensor) as Float32Array, clip), 'float32', tensor.shape);
  }

  blend(inner: TensorRef, outer: TensorRef, mask: TensorRef): TensorRef {
    const [a, b, share] = [inner, outer, mask].map((tensor) => this.valuesOf(tensor) as Float32Array);
    mustBlend(inner, outer, mask);
    const cells = share!.length;
    const mixed = a!.map((value, i) => value * share![i % cells]! + b![i]! * (1 - share![i % cells]!));
    return this.keep(mixed, 'float32', inner.shape);
  }

  noise(seed: string, shape: readonly number[], stream: NoiseStream = 0): TensorRef {
    return this.keep(noiseIn(seed, elementsOf(shape), stream), 'float32', shape);
  }

  full(shape: readonly number[], value: number): TensorRef {
    return this.keep(new Float32Array(elementsOf(shape)).fill(value), 'float32', shape);
  }

  from(data: Float32Array | Uint8Array | BigInt64Array, dtype: DType, shape: readonly number[]): TensorRef {
    return this.upload(bytesIn(data.slice()), dtype, shape);
  }

  split(tensor: TensorRef): readonly TensorRef[] {
    const [count = 1, ...rest] = tensor.shape;
    const values = this.valuesOf(tensor);
    const size = elementsOf(rest);
    return Array.from({ length: count }, (_, i) =>
      this.keep(values.subarray(i * size, (i + 1) * size), tensor.dtype, [1, ...rest]),
    );
  }

  stack(tensors: readonly TensorRef[]): TensorRef {
    const first = tensors[0] ?? fail('bug', { reason: 'a stack of nothing has no shape' });
    const rest = first.shape.slice(1);
    let rows = 0;
    for (const { shape, dtype } of tensors) {
      if (shape.slice(1).join() !== rest.join() || dtype !== first.dtype)
        fail('bug', { reason: `cannot stack ${dtype} [${shape}] on ${first.dtype} [${first.shape}]` });
      rows += shape[0] ?? 1;
    }
    if (tensors.length === 1) return this.keep(this.valuesOf(first), first.dtype, first.shape);
    const bytes = new Uint8Array(bytesOf(first.dtype, [rows, ...rest]));
    let at = 0;
    for (const tensor of tensors) {
      bytes.set(this.download(tensor), at);
      at += tensor.bytes;
    }
    return this.upload(bytes, first.dtype, [rows, ...rest]);
  }

  async read(tensor: TensorRef): Promise<Float32Array | Uint8Array | BigInt64Array | Int32Array> {
    const values = this.valuesOf(tensor);
    if (values instanceof Uint16Array) return fail('bug', { reason: `${tensor.dtype} cannot be read` });
    return values.slice();
  }

  flaw(tensor: TensorRef, look: 'sample' | 'whole'): string | null {
    return flawIn(this.valuesOf(tensor), look);
  }
}

/** float32 normal numbers of a seed, by Kiln's stream or as torch draws them. */
export const noiseIn = (seed: string, count: number, stream: NoiseStream): Float32Array =>
  typeof stream === 'number' ? normalNoise(seed, count, stream) : torchDraw(seed, count, stream.draw);

/** The first value that is not a finite number. */
export function flawIn(values: Values, look: 'sample' | 'whole'): string | null {
  if (!(values instanceof Float32Array)) return null;
  const last = values.length - 1;
  const stride = look === 'whole' ? 1 : Math.max(1, Math.floor(values.length / 32));
  for (let i = 0; i <= last; i += stride) if (!Number.isFinite(values[i]!)) return `value ${i} is ${values[i]}`;
  return last >= 0 && !Number.isFinite(values[last]!) ? `value ${last} is ${values[last]}` : null;
}
