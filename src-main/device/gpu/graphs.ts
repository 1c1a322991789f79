import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device } from '../../model/device.ts';
import { model, type NodeProto, tensor, value } from '../../packs/edit-graph/writer.ts';
import { sessionOptions } from '../ort/providers.ts';

type Library = typeof import('onnxruntime-node');

/** What a small graph gave, and the session that it is bound to. */
export interface Made {
  readonly tensor: Tensor;
  readonly session: InferenceSession;
}

const int64 = (name: string, values: readonly number[]) =>
  tensor(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
const one = () => tensor('one', 'float32', [], new Uint8Array(Float32Array.of(1).buffer));
const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/**
 * Arithmetic on the device: graphs of a few operations, one for each way of using them and for all sizes, loaded when
 * they are needed first. Whoever calls owns what they give.
 */
export class DeviceGraphs {
  readonly #ort: Library;
  readonly #device: Device;
  readonly #sessions = new Map<string, Promise<InferenceSession>>();

  constructor(ort: Library, device: Device) {
    this.#ort = ort;
    this.#device = device;
  }

  /** Sum of factor * x, row by row: every x is [rows, n] on the device, and has a factor for each of its rows. */
  linear(xs: readonly Tensor[], factors: readonly Float32Array[]): Promise<Made> {
    const names = xs.map((_, i) => `x${i}`);
    const feeds = Object.fromEntries(names.map((name, i) => [name, xs[i]!]));
    factors.forEach((given, i) => {
      feeds[`f${i}`] = new this.#ort.Tensor('float32', given, [given.length, 1]);
    });
    return this.#run(`linear ${xs.length}`, 'device', feeds, () => {
      const nodes: NodeProto[] = names.map((name, i) => ({ op: 'Mul', inputs: [name, `f${i}`], outputs: [`m${i}`] }));
      const sums = each(names.length - 1, (i): NodeProto => {
        const output = i + 2 === names.length ? 'y' : `s${i + 1}`;
        return { op: 'Add', inputs: [i === 0 ? 'm0' : `s${i}`, `m${i + 1}`], outputs: [output] };
      });
      return model({
        nodes: names.length === 1 ? [{ op: 'Mul', inputs: ['x0', 'f0'], outputs: ['y'] }] : [...nodes, ...sums],
        inputs: names.flatMap((name, i) => [value(name, 'float32', ['r', 'n']), value(`f${i}`, 'float32', ['r', 1])]),
        outputs: [value('y', 'float32', ['r', 'n'])],
      });
    });
  }

  /**
   * Rows of several tensors [rows, n] in a new one: of each source its `picks`, and of what these make together the
   * `order`.
   */
  rows(sources: readonly RowSource[], order: readonly number[], where: 'device' | 'cpu'): Promise<Made> {
    const numbers = (values: readonly number[]) =>
      new this.#ort.Tensor('int32', Int32Array.from(values), [values.length]);
    const feeds: Record<string, Tensor> = { order: numbers(order) };
    sources.forEach(({ rows, picks }, i) => {
      feeds[`x${i}`] = rows;
      feeds[`p${i}`] = numbers(picks);
    });
    return this.#run(`rows ${sources.length}`, where, feeds, () => {
      const picked = sources.map((_, i) => `g${i}`);
      const gathers = picked.map((name, i): NodeProto => gather(`x${i}`, `p${i}`, name));
      return model({
        nodes: [
          ...gathers,
          { op: 'Concat', inputs: picked, outputs: ['all'], attributes: [{ name: 'axis', int: 0 }] },
          gather('all', 'order', 'y'),
        ],
        inputs: [
          ...sources.flatMap((_, i) => [value(`x${i}`, 'float32', [`r${i}`, 'n']), value(`p${i}`, 'int32', [`c${i}`])]),
          value('order', 'int32', ['r']),
        ],
        outputs: [value('y', 'float32', ['r', 'n'])],
      });
    });
  }

  /** a * b, all of them flat. */
  product(a: Tensor, b: Tensor): Promise<Made> {
    return this.#run('product', 'device', { a, b }, () =>
      model({
        nodes: [{ op: 'Mul', inputs: ['a', 'b'], outputs: ['y'] }],
        inputs: ['a', 'b'].map((name) => value(name, 'float32', ['n'])),
        outputs: [value('y', 'float32', ['n'])],
      }),
    );
  }

  /** a * share + b * (1 - share); a and b [channels, n], share [1, n]. */
  blend(a: Tensor, b: Tensor, share: Tensor): Promise<Made> {
    return this.#run('blend', 'device', { a, b, share }, () =>
      model({
        nodes: [
          { op: 'Mul', inputs: ['a', 'share'], outputs: ['inner'] },
          { op: 'Sub', inputs: ['one', 'share'], outputs: ['rest'] },
          { op: 'Mul', inputs: ['b', 'rest'], outputs: ['outer'] },
          { op: 'Add', inputs: ['inner', 'outer'], outputs: ['y'] },
        ],
        tensors: [one()],
        inputs: [...['a', 'b'].map((name) => value(name, 'float32', ['c', 'n'])), value('share', 'float32', [1, 'n'])],
        outputs: [value('y', 'float32', ['c', 'n'])],
      }),
    );
  }

  /** The sum of each row's numbers, brought to the CPU: what is not finite shows in it, and the device is done when it is there. */
  async sums(rows: Tensor): Promise<Float32Array> {
    const rank = rows.dims.length;
    // From the last side to the first, so that many sums are added at the same time.
    const sides = each(rank - 1, (i) => rank - 1 - i);
    const { tensor: made } = await this.#run(`sums ${rank}`, 'cpu', { x: rows }, () =>
      model({
        nodes: sides.map(
          (side, i): NodeProto => ({
            op: 'ReduceSum',
            inputs: [i === 0 ? 'x' : `s${i}`, `a${side}`],
            outputs: [i + 1 === sides.length ? 'y' : `s${i + 1}`],
            attributes: [{ name: 'keepdims', int: 0 }],
          }),
        ),
        tensors: sides.map((side) => int64(`a${side}`, [side])),
        inputs: [
          value(
            'x',
            'float32',
            each(rank, (i) => `d${i}`),
          ),
        ],
        outputs: [value('y', 'float32', ['d0'])],
      }),
    );
    return made.data as Float32Array;
  }

  /** A copy on the device of what is there or in the process's memory. */
  copy(x: Tensor): Promise<Made> {
    return this.#run('copy', 'device', { x }, () =>
      model({
        nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
        inputs: [value('x', 'float32', ['n'])],
        outputs: [value('y', 'float32', ['n'])],
      }),
    );
  }

  /** Nothing that they made may be left. */
  async close(): Promise<void> {
    const open = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    for (const session of open) await session.release();
  }

  async #run(
    name: string,
    where: 'device' | 'cpu',
    feeds: Readonly<Record<string, Tensor>>,
    build: () => Uint8Array,
  ): Promise<Made> {
    const key = `${name} ${where}`;
    let opening = this.#sessions.get(key);
    if (!opening) {
      opening = this.#ort.InferenceSession.create(build(), {
        ...sessionOptions(this.#device),
        ...(where === 'device' ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      });
      this.#sessions.set(key, opening);
    }
    const session = await opening;
    const { y } = await session.run(feeds);
    return { tensor: y as Tensor, session };
  }
}

/** Some rows of a tensor [rows, n] on the device. */
export interface RowSource {
  readonly rows: Tensor;
  readonly picks: readonly number[];
}

const gather = (from: string, at: string, output: string): NodeProto => ({
  op: 'Gather',
  inputs: [from, at],
  outputs: [output],
  attributes: [{ name: 'axis', int: 0 }],
});
