import { fail } from '../../model/errors.ts';
import { type DeviceId, newId, type TensorId } from '../../model/ids.ts';
import type { NoiseStream, TensorMath } from '../../model/node-type.ts';
import type { Clip } from '../../model/pack.ts';
import { bytesOf, type DType, elementsOf, type TensorRef } from '../../model/tensor.ts';
import { flawIn, noiseIn } from '../cpu-tensors.ts';
import { mustAdd, mustBlend, mustMultiply } from '../tensor-shapes.ts';
import { bytesIn, type Values, viewOf } from '../values.ts';
import { settleHere } from './settle.ts';
import { type Make, type Place, Value } from './value.ts';

/** More terms than this are not put off further: as many as a step of the samplers has at most. */
const mostTerms = 4;

interface Held {
  readonly ref: TensorRef;
  readonly value: Value;
}

/**
 * Tensors of a device with memory of its own, by id. Arithmetic is put off until somebody wants the values, who then
 * has them made where they are: on the device, unless all of it is in the process's memory still.
 */
export class DeviceTensors implements TensorMath {
  readonly #held = new Map<TensorId, Held>();
  readonly deviceId: DeviceId;
  /** The values, when their turn has come. The caller keeps the value meanwhile. */
  readonly #valuesLater: (value: Value) => Promise<Values>;
  /** Ids of a host that was lost never meet those of its successor. */
  readonly #prefix = newId<string>('t');
  #count = 0;
  #bytes = 0;

  constructor(deviceId: DeviceId, valuesLater: (value: Value) => Promise<Values>) {
    this.deviceId = deviceId;
    this.#valuesLater = valuesLater;
  }

  get size(): { readonly tensors: number; readonly bytes: number } {
    return { tensors: this.#held.size, bytes: this.#bytes };
  }

  /** @throws AppError bug, when it was freed or never made */
  valueOf({ id }: TensorRef): Value {
    return (this.#held.get(id) ?? fail('bug', { reason: `${this.deviceId} holds no tensor ${id}` })).value;
  }

  /** @throws AppError bug, when they are not in the process's memory */
  valuesOf(tensor: TensorRef): Values {
    const value = this.valueOf(tensor);
    settleHere(value);
    return value.place.at === 'cpu' ? value.place.values : fail('bug', { reason: `${tensor.id} lies on the device` });
  }

  /** Takes over the array, or one ownership of the buffer. */
  hold(place: Place, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    if (place.at === 'cpu' && place.values.length !== elementsOf(shape))
      fail('bug', { reason: `a tensor of [${shape}] cannot have ${place.values.length} values` });
    const ref: TensorRef = {
      id: id ?? (`${this.#prefix}.${++this.#count}` as TensorId),
      deviceId: this.deviceId,
      dtype,
      shape,
      bytes: bytesOf(dtype, shape),
    };
    if (id) this.dispose([id]);
    this.#held.set(ref.id, { ref, value: new Value(dtype, shape, place) });
    this.#bytes += ref.bytes;
    return ref;
  }

  keep(values: Values, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    return this.hold({ at: 'cpu', values }, dtype, shape, id);
  }

  upload(data: Uint8Array, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef {
    return this.keep(viewOf(data, dtype), dtype, shape, id);
  }

  async valuesIn(tensor: TensorRef): Promise<Values> {
    const value = this.valueOf(tensor);
    if (settleHere(value) && value.place.at === 'cpu') return value.place.values;
    value.keep(); // whoever asked may let it go before it is there
    try {
      return await this.#valuesLater(value);
    } finally {
      value.drop();
    }
  }

  async download(tensor: TensorRef): Promise<Uint8Array> {
    return bytesIn(await this.valuesIn(tensor));
  }

  dispose(tensors: readonly TensorId[]): void {
    for (const id of tensors) {
      const held = this.#held.get(id);
      if (!held) continue;
      this.#held.delete(id);
      this.#bytes -= held.ref.bytes;
      held.value.drop();
    }
  }

  disposeAll(): void {
    this.dispose([...this.#held.keys()]);
  }

  linear(terms: readonly { readonly factor: number; readonly tensor: TensorRef }[]): TensorRef {
    const first = terms[0]?.tensor ?? fail('bug', { reason: 'a sum of nothing has no shape' });
    const factors = new Map<Value, number>();
    const add = (value: Value, factor: number): void => {
      factors.set(value, (factors.get(value) ?? 0) + factor);
    };
    for (const { factor, tensor } of terms) {
      mustAdd(tensor, first);
      const value = this.valueOf(tensor);
      const { place } = value;
      const isSum = place.at === 'later' && place.make.op === 'sum';
      if (isSum && factors.size + place.of.length <= mostTerms) {
        const inner = place.make.op === 'sum' ? place.make.factors : [];
        for (const [i, each] of place.of.entries()) add(each, factor * inner[i]!);
      } else add(value, factor);
    }
    return this.#later({ op: 'sum', factors: [...factors.values()] }, [...factors.keys()], 'float32', first.shape);
  }

  free(tensors: readonly TensorRef[]): void {
    this.dispose(tensors.map(({ id }) => id));
  }

  product(a: TensorRef, b: TensorRef): TensorRef {
    mustMultiply(a, b);
    return this.#later({ op: 'product' }, [this.valueOf(a), this.valueOf(b)], 'float32', a.shape);
  }

  clip(tensor: TensorRef, clip: Clip): TensorRef {
    return this.#later({ op: 'clip', clip }, [this.valueOf(tensor)], 'float32', tensor.shape);
  }

  blend(inner: TensorRef, outer: TensorRef, mask: TensorRef): TensorRef {
    mustBlend(inner, outer, mask);
    const of = [inner, outer, mask].map((tensor) => this.valueOf(tensor));
    return this.#later({ op: 'blend' }, of, 'float32', inner.shape);
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
    const value = this.valueOf(tensor);
    const size = elementsOf(rest);
    return Array.from({ length: count }, (_, i) =>
      this.#later({ op: 'piece', from: i * size }, [value], tensor.dtype, [1, ...rest]),
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
    const shape = tensors.length === 1 ? first.shape : [rows, ...rest];
    return this.#later(
      { op: 'stack' },
      tensors.map((tensor) => this.valueOf(tensor)),
      first.dtype,
      shape,
    );
  }

  async read(tensor: TensorRef): Promise<Float32Array | Uint8Array | BigInt64Array | Int32Array> {
    const values = await this.valuesIn(tensor);
    if (values instanceof Uint16Array) return fail('bug', { reason: `${tensor.dtype} cannot be read` });
    return values.slice();
  }

  /**
   * Of what lies on the device the sum was looked at when a call gave it; what is made of that with finite numbers is
   * taken to be as good.
   */
  flaw(tensor: TensorRef, look: 'sample' | 'whole'): string | null {
    return flawOf(this.valueOf(tensor), look);
  }

  #later(make: Make, of: readonly Value[], dtype: DType, shape: readonly number[]): TensorRef {
    return this.hold({ at: 'later', make, of }, dtype, shape);
  }
}

function flawOf(value: Value, look: 'sample' | 'whole'): string | null {
  const { place } = value;
  if (place.at === 'device') return value.flaw;
  if (place.at === 'cpu') return flawIn(place.values, look);
  const factor = place.make.op === 'sum' ? place.make.factors.find((each) => !Number.isFinite(each)) : undefined;
  if (factor !== undefined) return `it is a sum with a factor of ${factor}`;
  for (const each of place.of) {
    const flaw = flawOf(each, look);
    if (flaw !== null) return flaw;
  }
  return null;
}
