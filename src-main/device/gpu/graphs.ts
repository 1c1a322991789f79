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
    // A factor of 1 needs no operation, and one for all rows a quicker one than one for each.
    const forms = factors.map((given) => (given.some((each) => each !== given[0]) ? 'r' : given[0] === 1 ? '1' : 's'));
    const feeds: Record<string, Tensor> = {};
    for (const [i, form] of forms.entries()) {
      feeds[`x${i}`] = xs[i]!;
      if (form === 'r') feeds[`f${i}`] = new this.#ort.Tensor('float32', factors[i]!, [factors[i]!.length, 1]);
      if (form === 's') feeds[`f${i}`] = new this.#ort.Tensor('float32', factors[i]!.slice(0, 1), [1]);
    }
    return this.#run(`linear ${forms.join('')}`, 'device', feeds, () => {
      const terms = forms.map((form, i) => (form === '1' ? `x${i}` : `m${i}`));
      const products = forms.flatMap((form, i): NodeProto[] =>
        form === '1' ? [] : [{ op: 'Mul', inputs: [`x${i}`, `f${i}`], outputs: [`m${i}`] }],
      );
      const sums = each(terms.length - 1, (i): NodeProto => {
        const output = i + 2 === terms.length ? 'y' : `s${i + 1}`;
        return { op: 'Add', inputs: [i === 0 ? terms[0]! : `s${i}`, terms[i + 1]!], outputs: [output] };
      });
      const only: NodeProto = { op: 'Identity', inputs: [terms[0]!], outputs: ['y'] };
      return model({
        nodes: [...products, ...(sums.length > 0 ? sums : [only])],
        inputs: forms.flatMap((form, i) => [
          value(`x${i}`, 'float32', ['r', 'n']),
          ...(form === '1' ? [] : [value(`f${i}`, 'float32', form === 'r' ? ['r', 1] : [1])]),
        ]),
        outputs: [value('y', 'float32', ['r', 'n'])],
      });
    });
  }

  /** Tensors [rows, n] behind each other. */
  joined(pieces: readonly Tensor[]): Promise<Made> {
    const names = pieces.map((_, i) => `x${i}`);
    const feeds = Object.fromEntries(names.map((name, i) => [name, pieces[i]!]));
    return this.#run(`joined ${pieces.length}`, 'device', feeds, () =>
      model({
        nodes: [{ op: 'Concat', inputs: names, outputs: ['y'], attributes: [{ name: 'axis', int: 0 }] }],
        inputs: names.map((name, i) => value(name, 'float32', [`r${i}`, 'n'])),
        outputs: [value('y', 'float32', ['r', 'n'])],
      }),
    );
  }

  /** Some rows of a tensor [rows, n], in a new one. */
  picked(x: Tensor, picks: readonly number[], where: 'device' | 'cpu'): Promise<Made> {
    const feeds = { x, picks: new this.#ort.Tensor('int32', Int32Array.from(picks), [picks.length]) };
    return this.#run('picked', where, feeds, () =>
      model({
        nodes: [{ op: 'Gather', inputs: ['x', 'picks'], outputs: ['y'], attributes: [{ name: 'axis', int: 0 }] }],
        inputs: [value('x', 'float32', ['r', 'n']), value('picks', 'int32', ['c'])],
        outputs: [value('y', 'float32', ['c', 'n'])],
      }),
    );
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

  /**
   * The sum of each row's numbers, [rows, n], brought to the CPU: what is not finite shows in it, and the device is done
   * when it is there.
   */
  async sums(x: Tensor): Promise<Float32Array> {
    const { tensor: made } = await this.#run('sums', 'cpu', { x }, () =>
      model({
        nodes: [{ op: 'ReduceSum', inputs: ['x', 'axis'], outputs: ['y'], attributes: [{ name: 'keepdims', int: 0 }] }],
        tensors: [int64('axis', [1])],
        inputs: [value('x', 'float32', ['r', 'n'])],
        outputs: [value('y', 'float32', ['r'])],
      }),
    );
    return made.data as Float32Array;
  }

  /** A copy, from wherever it is. */
  copy(x: Tensor, where: 'device' | 'cpu'): Promise<Made> {
    return this.#run('copy', where, { x }, () =>
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
