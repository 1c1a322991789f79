import type { Tensor } from 'onnxruntime-node';
import { clipped } from '../../diffusion/clip.ts';
import { fail } from '../../model/errors.ts';
import { Sum } from '../sum.ts';
import { bytesIn, type Values, viewOf } from '../values.ts';
import type { DeviceBuffer, DeviceBuffers } from './buffers.ts';
import type { DeviceGraphs, Made } from './graphs.ts';
import type { Make, Value } from './value.ts';

type SumOf = { readonly value: Value; readonly factors: readonly number[]; readonly of: readonly Value[] };

/**
 * Makes values that were put off, and brings values to the device and from it. Sums of the same form are made together,
 * row by row: after a step of several pictures that is one call for all of them, and what it gives is what the next step
 * takes. One thing is done at a time: the caller sees to that, and keeps the values that it hands over.
 */
export class Settler {
  readonly #graphs: DeviceGraphs;
  readonly #buffers: DeviceBuffers;

  constructor(graphs: DeviceGraphs, buffers: DeviceBuffers) {
    this.#graphs = graphs;
    this.#buffers = buffers;
  }

  /** Afterwards none of them is put off. */
  async settle(values: readonly Value[]): Promise<void> {
    const wanted = values.filter(({ place }) => place.at === 'later');
    if (wanted.length === 0) return;
    await this.settle(wanted.flatMap(({ place }) => (place.at === 'later' ? place.of : [])));
    const sums = new Map<string, SumOf[]>();
    for (const value of new Set(wanted)) {
      const { place } = value;
      if (place.at !== 'later' || settleHere(value)) continue; // one of them may be made of another
      const { make, of } = place;
      if (make.op !== 'sum') await this.#make(value, make, of);
      else {
        const form = `${of.length} ${value.count}`;
        sums.set(form, [...(sums.get(form) ?? []), { value, factors: make.factors, of }]);
      }
    }
    for (const alike of sums.values()) await this.#addAll(alike);
  }

  /** [values, n] in one buffer, one behind the other; float32, settled, of n numbers each. The caller drops it. */
  async bring(values: readonly Value[]): Promise<DeviceBuffer> {
    await this.#upload(values);
    const n = values[0]!.count;
    const runs = runsOf(values);
    const [first = fail('bug', { reason: 'nothing was brought to the device' })] = runs;
    if (runs.length === 1 && isWhole(first, n)) return first.buffer.keep();
    const pieces: DeviceBuffer[] = [];
    try {
      for (const run of runs) {
        const rows = run.buffer.view([run.buffer.count / n, n]);
        const picks = Array.from({ length: run.rows }, (_, i) => run.from / n + i);
        pieces.push(isWhole(run, n) ? run.buffer.keep() : this.#own(await this.#graphs.picked(rows, picks, 'device')));
      }
      if (pieces.length === 1) return pieces[0]!.keep();
      return this.#own(await this.#graphs.joined(pieces.map((piece) => piece.view([piece.count / n, n]))));
    } finally {
      for (const piece of pieces) piece.drop();
    }
  }

  /** Settled values of one tensor in the process's memory. */
  async fetch({ place, count }: Value): Promise<Values> {
    if (place.at === 'cpu') return place.values;
    if (place.at === 'later') return fail('bug', { reason: 'a value was read before it was made' });
    const { buffer, from } = place;
    const { tensor } =
      buffer.count === count
        ? await this.#graphs.copy(buffer.view([count]), 'cpu')
        : await this.#graphs.picked(buffer.view([buffer.count / count, count]), [from / count], 'cpu');
    return tensor.data as Float32Array;
  }

  /** Those that are not on the device yet, in one go. From then on that is where they are. */
  async #upload(values: readonly Value[]): Promise<void> {
    const here = [...new Set(values)].flatMap((value) =>
      value.place.at === 'cpu' ? [{ value, values: value.place.values as Float32Array }] : [],
    );
    if (here.length === 0) return;
    const n = here[0]!.value.count;
    const all = here.length === 1 ? here[0]!.values : new Float32Array(n * here.length);
    if (here.length > 1) for (const [i, each] of here.entries()) all.set(each.values, i * n);
    const buffer = this.#own(await this.#graphs.copy(new this.#buffers.Tensor('float32', all, [all.length]), 'device'));
    for (const [i, { value }] of here.entries()) value.move({ at: 'device', buffer: buffer.keep(), from: i * n });
    buffer.drop();
  }

  async #addAll(sums: readonly SumOf[]): Promise<void> {
    const [{ of, value } = fail('bug', { reason: 'a sum of nothing' })] = sums;
    const terms: DeviceBuffer[] = [];
    try {
      for (let term = 0; term < of.length; term++) terms.push(await this.bring(sums.map((sum) => sum.of[term]!)));
      const factors = of.map((_, term) => Float32Array.from(sums, (sum) => sum.factors[term]!));
      const rows = [sums.length, value.count];
      const made = this.#own(
        await this.#graphs.linear(
          terms.map((buffer) => buffer.view(rows)),
          factors,
        ),
      );
      for (const [i, sum] of sums.entries())
        sum.value.move({ at: 'device', buffer: made.keep(), from: i * value.count });
      made.drop();
    } finally {
      for (const buffer of terms) buffer.drop();
    }
  }

  async #make(value: Value, make: Exclude<Make, { op: 'sum' }>, of: readonly Value[]): Promise<void> {
    switch (make.op) {
      case 'piece': {
        const { place } = of[0]!;
        if (place.at === 'device')
          value.move({ at: 'device', buffer: place.buffer.keep(), from: place.from + make.from });
        return;
      }
      case 'clip': // rare, and a share of the values would have to be sorted
        value.move({ at: 'cpu', values: clipped((await this.fetch(of[0]!)) as Float32Array, make.clip) });
        return;
      case 'stack': {
        if (of.every(({ count }) => count === of[0]!.count))
          return value.move({ at: 'device', buffer: await this.bring(of), from: 0 });
        const pieces: Values[] = [];
        for (const each of of) pieces.push(await this.fetch(each));
        return value.move({ at: 'cpu', values: stacked(value, pieces) });
      }
      case 'product':
        return this.#with(value, of, ([a, b]) => this.#graphs.product(a!.view([value.count]), b!.view([value.count])));
      case 'blend':
        return this.#with(value, of, ([inner, outer, mask]) => {
          const cells = of[2]!.count;
          const dims = [value.count / cells, cells];
          return this.#graphs.blend(inner!.view(dims), outer!.view(dims), mask!.view([1, cells]));
        });
    }
  }

  async #with(value: Value, of: readonly Value[], make: (given: readonly DeviceBuffer[]) => Promise<Made>) {
    const given: DeviceBuffer[] = [];
    try {
      for (const each of of) given.push(await this.bring([each]));
      value.move({ at: 'device', buffer: this.#own(await make(given)), from: 0 });
    } finally {
      for (const buffer of given) buffer.drop();
    }
  }

  #own({ tensor, session }: { readonly tensor: Tensor; readonly session: Made['session'] }): DeviceBuffer {
    return this.#buffers.own(tensor, session);
  }
}

interface Run {
  readonly buffer: DeviceBuffer;
  readonly from: number;
  rows: number;
}

/** Values that follow each other in one buffer, together. */
function runsOf(values: readonly Value[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { place, count } of values) {
    if (place.at !== 'device') return fail('bug', { reason: 'a value was not brought to the device' });
    const last = runs.at(-1);
    if (last?.buffer === place.buffer && last.from + last.rows * count === place.from) last.rows++;
    else runs.push({ buffer: place.buffer, from: place.from, rows: 1 });
  }
  return runs;
}

const isWhole = ({ buffer, from, rows }: Run, n: number): boolean => from === 0 && buffer.count === rows * n;

/** Where everything that a value is made of is in the process's memory, it is made there: whether it was. */
export function settleHere(value: Value): boolean {
  const { place } = value;
  if (place.at !== 'later') return place.at === 'cpu';
  if (!place.of.every(settleHere)) return false;
  const given = place.of.map((each) => (each.place.at === 'cpu' ? each.place.values : new Float32Array()));
  value.move({ at: 'cpu', values: madeHere(value, place.make, given) });
  return true;
}

function madeHere(value: Value, make: Make, given: readonly Values[]): Values {
  const [a, b, c] = given as readonly Float32Array[];
  switch (make.op) {
    case 'sum': {
      const sum = new Sum(value.count);
      (given as readonly Float32Array[]).forEach((values, i) => {
        sum.put(values, make.factors[i]!);
      });
      return sum.add();
    }
    case 'product':
      return a!.map((each, i) => each * b![i]!);
    case 'blend': {
      const cells = c!.length;
      return a!.map((each, i) => each * c![i % cells]! + b![i]! * (1 - c![i % cells]!));
    }
    case 'clip':
      return clipped(a!, make.clip);
    case 'piece':
      return given[0]!.subarray(make.from, make.from + value.count);
    case 'stack':
      return stacked(value, given);
  }
}

function stacked({ dtype }: Value, given: readonly Values[]): Values {
  if (given.length === 1) return given[0]!;
  const bytes = new Uint8Array(given.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const values of given) {
    bytes.set(bytesIn(values), at);
    at += values.byteLength;
  }
  return viewOf(bytes, dtype);
}
