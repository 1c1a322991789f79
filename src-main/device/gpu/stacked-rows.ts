import type { DeviceBuffer } from './buffers.ts';
import type { Settler } from './settle.ts';
import type { Value } from './value.ts';

interface Stacked {
  readonly of: readonly Value[];
  readonly buffer: DeviceBuffer;
}

/**
 * Rows of one part that had to be copied to lie behind each other, kept for the next call of the same rows: a prompt's
 * conditioning, at every step. What is already one buffer is not kept.
 */
export class StackedRows {
  readonly #stacked = new Map<string, Stacked>();

  /** The caller drops it. */
  async of(port: string, values: readonly Value[], settler: Settler): Promise<DeviceBuffer> {
    const last = this.#stacked.get(port);
    if (last && last.of.length === values.length && values.every((value, i) => value === last.of[i]))
      return last.buffer.keep();
    const buffer = await settler.bring(values);
    if (!values.some(({ place }) => place.at === 'device' && place.buffer === buffer)) {
      last?.buffer.drop();
      this.#stacked.set(port, { of: [...values], buffer: buffer.keep() });
    }
    return buffer;
  }

  /** What is made of values that are gone is not asked for again. */
  sweep(): void {
    for (const [port, { of, buffer }] of this.#stacked)
      if (of.some(({ isGone }) => isGone)) {
        this.#stacked.delete(port);
        buffer.drop();
      }
  }

  clear(): void {
    for (const { buffer } of this.#stacked.values()) buffer.drop();
    this.#stacked.clear();
  }
}
