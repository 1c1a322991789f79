import { type Edge, outer, whole } from './edge.ts';
import { onnxTypes } from './onnx-types.ts';
import { fieldsOf, textOf } from './proto.ts';
import type { ValueInfo } from './value-info.ts';
import type { NodeProto } from './writer.ts';

/** How CLIP's exporters call the table of tokens, behind the names of the modules around it. */
const ending = 'token_embedding.weight';
const endingBytes = Buffer.from(ending);
/** A node that looks something up is a few names long; what is longer is a constant. */
export const mostNodeBytes = 4096;

export const isTokenTable = (name: string): boolean => name.endsWith(ending);

/** A node that looks tokens up in their table. */
export interface Lookup {
  readonly table: string;
  readonly ids: string;
  readonly output: string;
}

/** Null for every other node. @throws BrokenOnnx */
export function lookupIn(node: Uint8Array): Lookup | null {
  if (node.length > mostNodeBytes) return null;
  // Thousands of nodes are asked, and one is it.
  if (Buffer.from(node.buffer, node.byteOffset, node.length).indexOf(endingBytes) < 0) return null;
  const inputs: string[] = [];
  let [output, op, domain, hasAxis] = ['', '', '', false];
  for (const field of fieldsOf(node)) {
    if (field.wire !== 2) continue;
    if (field.field === 1) inputs.push(textOf(node, field));
    if (field.field === 2) output = textOf(node, field);
    if (field.field === 4) op = textOf(node, field);
    if (field.field === 7) domain = textOf(node, field);
    if (field.field === 5)
      for (const inner of fieldsOf(node, field.from, field.to))
        if (inner.field === 3 && inner.value !== 0) hasAxis = true;
  }
  const [table = '', ids = ''] = inputs;
  const isIt = op === 'Gather' && (domain === '' || domain === 'ai.onnx') && !hasAxis && isTokenTable(table);
  return isIt ? { table, ids, output } : null;
}

/** What is looked up: a tensor of the file, [tokens, width]. */
export interface TokenTable {
  readonly table: string;
  readonly dtype: 'float32' | 'float16';
  readonly width: number;
}

/** A further input of the graph, vectors that ids below 0 stand for. */
export const vectorsEnd = ({ width }: Pick<TokenTable, 'width'>): ValueInfo => ({
  name: outer('vectors'),
  dtype: 'float32',
  shape: ['vectors', width],
});

/** In place of the node that looks tokens up: id -k is row k - 1 of the vectors. */
export function lookupWithVectors(
  { table, ids, output }: Lookup,
  { dtype }: Pick<TokenTable, 'dtype'>,
  opset: number,
): Edge {
  const { name } = vectorsEnd({ width: 0 });
  const at = (label: string) => `${name}:${label}`;
  const [zero, zeroConstant] = whole(at('zero'), [0]);
  const [before, beforeConstant] = whole(at('before'), [-1]);
  const cast = (from: string, to: string, type: number): NodeProto => ({
    op: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: [{ name: 'to', int: type }],
  });
  const isHalf = dtype !== 'float32';
  const nodes: NodeProto[] = [
    cast(ids, at('ids'), onnxTypes.int64),
    { op: 'Less', inputs: [at('ids'), zero], outputs: [at('is-vector')] },
    // Both are looked up at every place; what does not stand there is looked up at 0, which is in every table.
    { op: 'Where', inputs: [at('is-vector'), zero, at('ids')], outputs: [at('known')] },
    { op: 'Sub', inputs: [before, at('ids')], outputs: [at('rows')] },
    { op: 'Where', inputs: [at('is-vector'), at('rows'), zero], outputs: [at('row')] },
    { op: 'Gather', inputs: [table, at('known')], outputs: [at('tokens')] },
    ...(isHalf ? [cast(name, at('half'), onnxTypes[dtype])] : []),
    { op: 'Gather', inputs: [isHalf ? at('half') : name, at('row')], outputs: [at('learned')] },
    opset < 13
      ? {
          op: 'Unsqueeze',
          inputs: [at('is-vector')],
          outputs: [at('column')],
          attributes: [{ name: 'axes', ints: [-1] }],
        }
      : { op: 'Unsqueeze', inputs: [at('is-vector'), before], outputs: [at('column')] },
    { op: 'Where', inputs: [at('column'), at('learned'), at('tokens')], outputs: [output] },
  ];
  return { outside: null, nodes, tensors: [zeroConstant, beforeConstant] };
}
