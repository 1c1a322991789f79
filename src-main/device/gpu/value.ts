import type { Clip } from '../../model/pack.ts';
import { type DType, elementsOf } from '../../model/tensor.ts';
import type { Values } from '../values.ts';
import type { DeviceBuffer } from './buffers.ts';

/** How values are made of others. `piece` is a run of numbers of one value, `stack` all of several behind each other. */
export type Make =
  | { readonly op: 'sum'; readonly factors: readonly number[] }
  | { readonly op: 'product' | 'blend' | 'stack' }
  | { readonly op: 'clip'; readonly clip: Clip }
  | { readonly op: 'piece'; readonly from: number };

/** Where numbers are: in the process's memory, from the `from`-th on in a buffer of the device, or not made yet. */
export type Place =
  | { readonly at: 'cpu'; readonly values: Values }
  | { readonly at: 'device'; readonly buffer: DeviceBuffer; readonly from: number }
  | { readonly at: 'later'; readonly make: Make; readonly of: readonly Value[] };

/**
 * The numbers of a tensor, wherever they are. They never change, but they move: what is used on the device stays there,
 * and what was put off is made when somebody wants it. Owned by counting: by a tensor's name, by values that are made
 * of them, and by whoever reads them now.
 */
export class Value {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly count: number;
  #place: Place;
  #owners = 1;
  /** What was found wrong with them when the device gave them. */
  flaw: string | null = null;

  /** Takes over one ownership of a buffer, and keeps the values that it is made of. */
  constructor(dtype: DType, shape: readonly number[], place: Place) {
    this.dtype = dtype;
    this.shape = shape;
    this.count = elementsOf(shape);
    this.#place = place;
    if (place.at === 'later') for (const value of place.of) value.keep();
  }

  get place(): Place {
    return this.#place;
  }

  get isGone(): boolean {
    return this.#owners === 0;
  }

  keep(): this {
    this.#owners++;
    return this;
  }

  drop(): void {
    if (--this.#owners === 0) leave(this.#place);
  }

  /** They are there now, or elsewhere; takes over one ownership of a buffer. */
  move(place: Exclude<Place, { at: 'later' }>): void {
    const before = this.#place;
    this.#place = place;
    leave(before);
  }
}

function leave(place: Place): void {
  if (place.at === 'device') place.buffer.drop();
  if (place.at === 'later') for (const value of place.of) value.drop();
}
