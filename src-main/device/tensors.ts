import type { TensorId } from '../model/ids.ts';
import { type TensorRef, tensorsIn } from '../model/tensor.ts';

/**
 * Who owns which tensor. What a job makes is the job's, and is disposed of when the job ends; what it returns passes
 * to the core, and so does what the core puts here. The core's are disposed of when it says so. A job is known by its
 * object: a second attempt has the same id.
 */
export class TensorOwners {
  readonly #dispose: (tensors: readonly TensorId[]) => void;
  readonly #made = new Map<object, Set<TensorId>>();
  readonly #core = new Set<TensorId>();

  /** What shall go when the call that may still read it is over; null while no call runs. */
  #leaving: TensorId[] | null = null;

  constructor(dispose: (tensors: readonly TensorId[]) => void) {
    this.#dispose = (tensors) => {
      if (this.#leaving) this.#leaving.push(...tensors);
      else dispose(tensors);
    };
  }

  /** A job that is cancelled while a call computes its rows gives its tensors back after the call. */
  async during<T>(call: Promise<T>): Promise<T> {
    const leaving: TensorId[] = [];
    this.#leaving = leaving;
    try {
      return await call;
    } finally {
      this.#leaving = null;
      this.#dispose(leaving);
    }
  }

  get size(): { readonly core: number; readonly jobs: number } {
    let jobs = 0;
    for (const made of this.#made.values()) jobs += made.size;
    return { core: this.#core.size, jobs };
  }

  began(job: object): void {
    this.#made.set(job, new Set());
  }

  /** A job that is over owns nothing: what still arrives for it goes at once. */
  made(job: object, tensors: readonly TensorRef[]): void {
    const own = this.#made.get(job);
    if (own) for (const { id } of tensors) own.add(id);
    else this.#dispose(tensors.map(({ id }) => id));
  }

  ended(job: object, outputs: unknown): void {
    const own = this.#made.get(job);
    if (!own) return;
    this.#made.delete(job);
    for (const { id } of tensorsIn(outputs)) if (own.delete(id)) this.#core.add(id);
    this.#dispose([...own]);
  }

  /** A job is done with some of what it made. */
  letGo(job: object, tensors: readonly TensorRef[]): void {
    const own = this.#made.get(job);
    if (own) this.#dispose(tensors.flatMap(({ id }) => (own.delete(id) ? [id] : [])));
  }

  put(tensor: TensorId): void {
    this.#core.add(tensor);
  }

  /** What the core does not own stays. */
  free(tensors: readonly TensorId[]): void {
    this.#dispose(tensors.filter((id) => this.#core.delete(id)));
  }
}
