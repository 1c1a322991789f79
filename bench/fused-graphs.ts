import { type Field, fieldsOf, textOf } from '../src-main/packs/edit-graph/proto.ts';
import { block, joined, node, number, tensor, value } from '../src-main/packs/edit-graph/writer.ts';

/** Names in a denoiser's file: what it takes, besides what stays the same at every step, and what it gives. */
export interface Ends {
  readonly latent: string;
  readonly timestep: string;
  readonly output: string;
  /** The latent without its leading side. */
  readonly shape: readonly number[];
  /** Timestep of a sigma of 1. */
  readonly timesteps: number;
}

/** Fields of GraphProto. */
const fields = { node: 1, tensor: 5, input: 11, output: 12 } as const;
const int64 = (name: string, values: readonly number[], dims: readonly number[] = [values.length]) =>
  tensor(name, 'int64', dims, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
/** `start` [rows, ...] and `sigmas` [rows, steps + 1] in, `latent` out; conditioning as the file takes it. */
const outside = ({ shape }: Ends) => ({
  inputs: [value('kiln/start', 'float32', ['batch', ...shape]), value('kiln/sigmas', 'float32', ['batch', 'sigmas'])],
  output: value('kiln/latent', 'float32', ['batch', ...shape]),
});
const constants = ({ timesteps }: Ends) => [
  int64('kiln/zero', [0]),
  int64('kiln/one', [1]),
  int64('kiln/sides', [1, 2, 3]),
  tensor('kiln/timesteps', 'float32', [], new Uint8Array(Float32Array.of(timesteps).buffer)),
];

/** Euler's way through the whole of a flow, as one graph with a loop around the denoiser: any count of steps. */
export function looped(file: Uint8Array, ends: Ends): Uint8Array {
  const yes = tensor('kiln/yes', 'bool', [], Uint8Array.of(1));
  return rewritten(file, ends, [yes], (nodes) => {
    const body = joined([
      ...stepBefore(ends, 'it').map((each) => block(fields.node, each)),
      ...nodes.map((each) => block(fields.node, each)),
      ...stepBehind(ends, ends.output, ends.latent, 'kiln/next').map((each) => block(fields.node, each)),
      block(fields.node, node({ op: 'Identity', inputs: ['go'], outputs: ['go-on'] })),
      block(2, 'step'),
      ...[
        value('it', 'int64', []),
        value('go', 'bool', []),
        value(ends.latent, 'float32', ['batch', ...ends.shape]),
      ].map((each) => block(fields.input, each)),
      ...[value('go-on', 'bool', []), value('kiln/next', 'float32', ['batch', ...ends.shape])].map((each) =>
        block(fields.output, each),
      ),
    ]);
    const loop = joined([
      ...['kiln/trips', 'kiln/yes', 'kiln/start'].map((name) => block(1, name)),
      block(2, 'kiln/latent'),
      block(4, 'Loop'),
      block(5, joined([block(1, 'body'), block(6, body), number(20, 5)])),
    ]);
    return [
      node({ op: 'Shape', inputs: ['kiln/sigmas'], outputs: ['kiln/shape'] }),
      node({ op: 'Gather', inputs: ['kiln/shape', 'kiln/one'], outputs: ['kiln/count'] }),
      node({ op: 'Sub', inputs: ['kiln/count', 'kiln/one'], outputs: ['kiln/steps'] }),
      node({ op: 'Squeeze', inputs: ['kiln/steps', 'kiln/zero'], outputs: ['kiln/trips'] }),
      loop,
    ];
  });
}

/** The same with the denoiser's nodes once for each of so many steps. */
export function unrolled(file: Uint8Array, ends: Ends, steps: number): Uint8Array {
  const counts = Array.from({ length: steps }, (_, i) => int64(`kiln/it${i}`, [i], []));
  return rewritten(file, ends, counts, (nodes) => {
    const own = new Set([...nodes.flatMap((each) => namesIn(each, 2)), ends.latent, ends.timestep]);
    return Array.from({ length: steps }, (_, i) => {
      const here = (name: string) => (own.has(name) || name.startsWith('kiln/step/') ? `${name}#${i}` : name);
      const from = i === 0 ? 'kiln/start' : `kiln/next#${i - 1}`;
      const to = i === steps - 1 ? 'kiln/latent' : `kiln/next#${i}`;
      const inStep = (name: string) => (name === ends.latent ? from : here(name));
      return [
        ...stepBefore(ends, `kiln/it${i}`).map((each) => renamed(each, i, inStep)),
        ...nodes.map((each) => renamed(each, i, inStep)),
        ...stepBehind(ends, ends.output, ends.latent, to).map((each) => renamed(each, i, inStep)),
      ];
    }).flat();
  });
}

/** The step's sigma as a timestep, and how far it is to the next. */
const stepBefore = ({ timestep }: Ends, it: string) => [
  node({ op: 'Add', inputs: [it, 'kiln/one'], outputs: ['kiln/step/after'] }),
  gather('kiln/sigmas', it, 'kiln/step/sigma'),
  gather('kiln/sigmas', 'kiln/step/after', 'kiln/step/next-column'),
  node({ op: 'Squeeze', inputs: ['kiln/step/next-column', 'kiln/one'], outputs: ['kiln/step/next'] }),
  node({ op: 'Mul', inputs: ['kiln/step/sigma', 'kiln/timesteps'], outputs: [timestep] }),
  node({ op: 'Sub', inputs: ['kiln/step/next', 'kiln/step/sigma'], outputs: ['kiln/step/far'] }),
];
const stepBehind = (_: Ends, velocity: string, latent: string, next: string) => [
  node({ op: 'Unsqueeze', inputs: ['kiln/step/far', 'kiln/sides'], outputs: ['kiln/step/wide'] }),
  node({ op: 'Mul', inputs: [velocity, 'kiln/step/wide'], outputs: ['kiln/step/moved'] }),
  node({ op: 'Add', inputs: [latent, 'kiln/step/moved'], outputs: [next] }),
];
const gather = (from: string, at: string, to: string) =>
  node({ op: 'Gather', inputs: [from, at], outputs: [to], attributes: [{ name: 'axis', int: 1 }] });

function rewritten(
  file: Uint8Array,
  ends: Ends,
  more: readonly Uint8Array[],
  nodesOf: (nodes: readonly Uint8Array[]) => readonly Uint8Array[],
): Uint8Array {
  const bytesOf = ({ from, to }: Field) => file.subarray(from, to);
  const top = [...fieldsOf(file)];
  const graph = top.find(({ field, wire }) => field === 7 && wire === 2)!;
  const inner = [...fieldsOf(file, graph.from, graph.to)];
  const own = (kind: number) => inner.filter(({ field, wire }) => field === kind && wire === 2);
  const nameOf = (field: Field) => namesIn(bytesOf(field), 1)[0]!;
  const gone = [ends.latent, ends.timestep];
  const { inputs, output } = outside(ends);
  const made = joined([
    ...nodesOf(own(fields.node).map(bytesOf)).map((each) => block(fields.node, each)),
    block(2, 'kiln'),
    ...own(fields.tensor).map(({ start, to }) => file.subarray(start, to)),
    ...[...constants(ends), ...more].map((each) => block(fields.tensor, each)),
    ...own(fields.input)
      .filter((field) => !gone.includes(nameOf(field)))
      .map(({ start, to }) => file.subarray(start, to)),
    ...inputs.map((each) => block(fields.input, each)),
    block(fields.output, output),
  ]);
  return joined(top.map((field) => (field === graph ? block(7, made) : file.subarray(field.start, field.to))));
}

const namesIn = (bytes: Uint8Array, kind: number): string[] =>
  [...fieldsOf(bytes)].filter(({ field, wire }) => field === kind && wire === 2).map((field) => textOf(bytes, field));

/** A node with other names for what it takes (1) and gives (2), and with a name of its own (3) in this step. */
function renamed(bytes: Uint8Array, step: number, nameOf: (name: string) => string): Uint8Array {
  return joined(
    [...fieldsOf(bytes)].map((field) => {
      if (field.field > 3 || field.wire !== 2) return bytes.subarray(field.start, field.to);
      const name = textOf(bytes, field);
      return block(field.field, field.field === 3 ? `${name}#${step}` : nameOf(name));
    }),
  );
}
