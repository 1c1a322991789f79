import type { DType } from '../../model/tensor.ts';
import { onnxTypes } from './onnx-types.ts';

/** Writes the parts of ONNX that Kiln adds to a graph; field numbers are those of onnx.proto. */

type Bytes = Uint8Array<ArrayBuffer>;
const encoder = new TextEncoder();

export function joined(pieces: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function varint(value: number): Bytes {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...out, Number(rest));
}

export const number = (field: number, value: number): Bytes => joined([varint(field * 8), varint(value)]);

export function block(field: number, content: string | Uint8Array): Bytes {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  return joined([blockHead(field, bytes.length), bytes]);
}

/** What stands in front of `length` bytes of content. */
export const blockHead = (field: number, length: number): Bytes => joined([varint(field * 8 + 2), varint(length)]);

export type Attribute = { readonly name: string } & (
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
);

function attribute(given: Attribute): Bytes {
  const name = block(1, given.name);
  if ('int' in given) return joined([name, number(3, given.int), number(20, 2)]);
  if ('ints' in given) return joined([name, ...given.ints.map((value) => number(8, value)), number(20, 7)]);
  return joined([name, block(4, given.text), number(20, 3)]);
}

export interface NodeProto {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly Attribute[];
}

export const node = ({ op, inputs, outputs, attributes = [] }: NodeProto): Bytes =>
  joined([
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(3, `${outputs[0]}:${op}`),
    block(4, op),
    ...attributes.map((given) => block(5, attribute(given))),
  ]);

/** Data in the byte order of ONNX, which is little-endian. */
export const tensor = (name: string, dtype: DType, dims: readonly number[], data: Uint8Array): Bytes =>
  joined([...dims.map((size) => number(1, size)), number(2, onnxTypes[dtype]), block(8, name), block(9, data)]);

/** A tensor whose data lie in another file beside the model. */
export const externalTensor = (
  name: string,
  dtype: DType,
  dims: readonly number[],
  place: Readonly<Record<string, string | number>>,
): Bytes =>
  joined([
    ...dims.map((size) => number(1, size)),
    number(2, onnxTypes[dtype]),
    block(8, name),
    ...Object.entries(place).map(([key, value]) => block(13, joined([block(1, key), block(2, `${value}`)]))),
    number(14, 1),
  ]);

/** An input or output: its dimensions are numbers, or words where they are free. */
export const value = (name: string, dtype: DType, shape: readonly (number | string)[]): Bytes => {
  const dims = shape.map((size) => block(1, typeof size === 'string' ? block(2, size) : number(1, size)));
  return joined([block(1, name), block(2, block(1, joined([number(1, onnxTypes[dtype]), block(2, joined(dims))])))]);
};

export interface GraphProto {
  readonly nodes: readonly NodeProto[];
  readonly tensors?: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** A whole model of the default operators. */
export const model = ({ nodes, tensors = [], inputs, outputs }: GraphProto, opset = 17): Bytes =>
  joined([
    number(1, 8),
    block(
      7,
      joined([
        ...nodes.map((each) => block(1, node(each))),
        block(2, 'kiln'),
        ...tensors.map((each) => block(5, each)),
        ...inputs.map((each) => block(11, each)),
        ...outputs.map((each) => block(12, each)),
      ]),
    ),
    block(8, joined([block(1, ''), number(2, opset)])),
  ]);
