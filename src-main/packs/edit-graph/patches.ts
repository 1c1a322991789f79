import { checked, concatOf, type Edge, outer, whole } from './edge.ts';
import { onnxTypes } from './onnx-types.ts';
import type { ValueInfo } from './value-info.ts';
import type { NodeProto } from './writer.ts';

// A transformer that takes its latent as a row of patches of 2 by 2 cells, [batch, patches, 4 * channels], each patch
// with the four values of the first channel, then those of the next (Flux), and wants to be told where each one stands.

/** Inside the graph: the latent as [batch, 4 * channels, lines, columns] of patches. */
export const cellsOf = (latent: string): string => `${outer(latent)}:cells`;

export function patchesIn(inside: ValueInfo, channels: number): Edge {
  checked(inside, 3);
  const name = outer(inside.name);
  const at = (label: string) => `${name}:${label}`;
  const [apart, apartConstant] = whole(at('apart'), [0, 4, channels, -1]);
  const [inRow, inRowConstant] = whole(at('in-row'), [0, 0, 4 * channels]);
  const nodes: NodeProto[] = [
    {
      op: 'SpaceToDepth',
      inputs: [name],
      outputs: [cellsOf(inside.name)],
      attributes: [{ name: 'blocksize', int: 2 }],
    },
    { op: 'Reshape', inputs: [cellsOf(inside.name), apart], outputs: [at('corners')] },
    swapped(at('corners'), at('patches')),
    { op: 'Reshape', inputs: [at('patches'), inRow], outputs: [inside.name] },
  ];
  const outside: ValueInfo = { ...inside, name, shape: [inside.shape[0]!, channels, 'height', 'width'] };
  return { outside, nodes, tensors: [apartConstant, inRowConstant] };
}

/** Corners and patches change places: [batch, 4, channels, patches] and [batch, patches, channels, 4]. */
const swapped = (from: string, to: string): NodeProto => ({
  op: 'Transpose',
  inputs: [from],
  outputs: [to],
  attributes: [{ name: 'perm', ints: [0, 3, 2, 1] }],
});

export function patchesOut(inside: ValueInfo, channels: number, cells: string): Edge {
  checked(inside, 3);
  const name = outer(inside.name);
  const at = (label: string) => `${name}:${label}`;
  const [apart, constant] = whole(at('apart'), [0, 0, channels, 4]);
  const nodes: NodeProto[] = [
    { op: 'Reshape', inputs: [inside.name, apart], outputs: [at('patches')] },
    swapped(at('patches'), at('corners')),
    { op: 'Shape', inputs: [cells], outputs: [at('shape')] },
    { op: 'Reshape', inputs: [at('corners'), at('shape')], outputs: [at('cells')] },
    { op: 'DepthToSpace', inputs: [at('cells')], outputs: [name], attributes: [{ name: 'blocksize', int: 2 }] },
  ];
  const outside: ValueInfo = { ...inside, name, shape: [inside.shape[0]!, channels, 'height', 'width'] };
  return { outside, nodes, tensors: [constant] };
}

/** (0, line, column) of each patch, [patches, 3]; exports of old want a leading 1. */
export function placesIn(inside: ValueInfo, cells: string): Edge {
  const name = outer(inside.name);
  const at = (label: string) => `${name}:${label}`;
  const tensors: Uint8Array[] = [];
  const numbers = (label: string, values: readonly number[]): string => {
    const [constant, bytes] = whole(at(label), values);
    tensors.push(bytes);
    return constant;
  };
  const nodes: NodeProto[] = [
    { op: 'Shape', inputs: [cells], outputs: [at('shape')] },
    { op: 'Slice', inputs: [at('shape'), numbers('two', [2]), numbers('four', [4])], outputs: [at('sides')] },
    { op: 'ConstantOfShape', inputs: [at('sides')], outputs: [at('blank')] },
    // Where something is not zero: with 1 in every place, that is every place, in order.
    { op: 'Equal', inputs: [at('blank'), at('blank')], outputs: [at('all')] },
    { op: 'NonZero', inputs: [at('all')], outputs: [at('lines')] },
    swapped2(at('lines'), at('pairs')),
    { op: 'Mul', inputs: [at('pairs'), numbers('none', [0, 0])], outputs: [at('zeros')] },
    {
      op: 'Slice',
      inputs: [at('zeros'), numbers('from', [0]), numbers('to', [1]), numbers('axis', [1])],
      outputs: [at('first')],
    },
    concatOf([at('first'), at('pairs')], at('places'), 1),
    ...given(inside, at('places'), at, tensors),
  ];
  return { outside: null, nodes, tensors };
}

const swapped2 = (from: string, to: string): NodeProto => ({
  op: 'Transpose',
  inputs: [from],
  outputs: [to],
  attributes: [{ name: 'perm', ints: [1, 0] }],
});

/** Zeros, [tokens, 3]. */
export function noPlacesIn(inside: ValueInfo, hidden: string): Edge {
  const name = outer(inside.name);
  const at = (label: string) => `${name}:${label}`;
  const [from, fromConstant] = whole(at('from'), [1]);
  const [to, toConstant] = whole(at('to'), [2]);
  const [three, threeConstant] = whole(at('three'), [3]);
  const tensors = [fromConstant, toConstant, threeConstant];
  const nodes: NodeProto[] = [
    { op: 'Shape', inputs: [hidden], outputs: [at('shape')] },
    { op: 'Slice', inputs: [at('shape'), from, to], outputs: [at('tokens')] },
    concatOf([at('tokens'), three], at('wanted'), 0),
    { op: 'ConstantOfShape', inputs: [at('wanted')], outputs: [at('zeros')] },
    ...given(inside, at('zeros'), at, tensors),
  ];
  return { outside: null, nodes, tensors };
}

/** In the file's kind of number, and of its rank. */
function given(
  { name, dtype, shape }: ValueInfo,
  from: string,
  at: (label: string) => string,
  tensors: Uint8Array[],
): NodeProto[] {
  const cast = (to: string): NodeProto => ({
    op: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: [{ name: 'to', int: onnxTypes[dtype ?? 'float32'] }],
  });
  if (shape.length === 2) return [cast(name)];
  const [batch, constant] = whole(at('batch'), [1, -1, 3]);
  tensors.push(constant);
  return [cast(at('cast')), { op: 'Reshape', inputs: [at('cast'), batch], outputs: [name] }];
}
