import type { InferenceSession, Tensor } from 'onnxruntime-node';

type TensorClass = typeof import('onnxruntime-node').Tensor;

/**
 * float32 numbers in the device's own memory. The library never frees them by itself, aborts the process when they are
 * read the way other tensors are, and may do so when they outlive the session that made them (onnxruntime 1.30): so they
 * are owned by counting, are freed by the last owner, and move to a session that stays before theirs goes.
 */
export class DeviceBuffer {
  readonly count: number;
  readonly #all: DeviceBuffers;
  #tensor: Tensor;
  #maker: InferenceSession;
  #owners = 1;

  constructor(all: DeviceBuffers, tensor: Tensor, maker: InferenceSession) {
    this.#all = all;
    this.#tensor = tensor;
    this.#maker = maker;
    this.count = tensor.size;
  }

  get maker(): InferenceSession {
    return this.#maker;
  }

  keep(): this {
    this.#owners++;
    return this;
  }

  drop(): void {
    if (--this.#owners > 0) return;
    this.#tensor.dispose();
    this.#all.forget(this);
  }

  /** The same memory in another shape, to be fed to a session on the device. */
  view(dims: readonly number[]): Tensor {
    return this.#all.Tensor.fromGpuBuffer(this.#tensor.gpuBuffer, { dataType: 'float32', dims: [...dims] });
  }

  /** Its copy, made by another session, takes its place. */
  moveTo(copy: Tensor, maker: InferenceSession): void {
    this.#tensor.dispose();
    this.#tensor = copy;
    this.#maker = maker;
  }
}

export class DeviceBuffers {
  readonly Tensor: TensorClass;
  readonly #live = new Set<DeviceBuffer>();

  constructor(Tensor: TensorClass) {
    this.Tensor = Tensor;
  }

  get live(): number {
    return this.#live.size;
  }

  /** What a session gave, owned once. */
  own(tensor: Tensor, maker: InferenceSession): DeviceBuffer {
    const buffer = new DeviceBuffer(this, tensor, maker);
    this.#live.add(buffer);
    return buffer;
  }

  forget(buffer: DeviceBuffer): void {
    this.#live.delete(buffer);
  }

  madeBy(session: InferenceSession): readonly DeviceBuffer[] {
    return [...this.#live].filter(({ maker }) => maker === session);
  }
}
