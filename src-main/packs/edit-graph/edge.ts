import type { DType } from '../../model/tensor.ts';
import { onnxTypes } from './onnx-types.ts';
import { BrokenOnnx } from './proto.ts';
import type { ValueInfo } from './value-info.ts';
import { type NodeProto, tensor } from './writer.ts';

/** What one edit adds at one end of a graph. */
export interface Edge {
  /** What the graph takes or gives there from now on; null where it makes that itself. */
  readonly outside: ValueInfo | null;
  /** What it takes or gives besides, and the names that Kiln has for them. */
  readonly also?: readonly { readonly port: string; readonly info: ValueInfo }[];
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly Uint8Array[];
}

export const outer = (name: string): string => `kiln/${name}`;

/** A chain of operators of one input each, from one name to another; further inputs are constants. */
export function chainOf(label: string) {
  const steps: { op: string; constants: string[]; attributes: NonNullable<NodeProto['attributes']> }[] = [];
  const tensors: Uint8Array[] = [];
  const chain = {
    add(op: string, constants: readonly number[] = [], attributes: NonNullable<NodeProto['attributes']> = []) {
      const names = constants.map((value, i) => {
        const name = `${label}:${steps.length}:${i}`;
        tensors.push(tensor(name, 'float32', [], new Uint8Array(Float32Array.of(value).buffer)));
        return name;
      });
      steps.push({ op, constants: names, attributes });
      return chain;
    },
    castTo: (dtype: DType) => chain.add('Cast', [], [{ name: 'to', int: onnxTypes[dtype] }]),
    transpose: (perm: readonly number[]) => chain.add('Transpose', [], [{ name: 'perm', ints: perm }]),
    /** value * scale + shift, without what changes nothing. */
    affine(scale: number, shift: number) {
      if (scale !== 1) chain.add('Mul', [scale]);
      if (shift !== 0) chain.add('Add', [shift]);
      return chain;
    },
    between(from: string, to: string): Pick<Edge, 'nodes' | 'tensors'> {
      if (steps.length === 0) chain.add('Identity');
      const nodes = steps.map(({ op, constants, attributes }, i) => ({
        op,
        inputs: [i === 0 ? from : `${label}:step${i}`, ...constants],
        outputs: [i + 1 === steps.length ? to : `${label}:step${i + 1}`],
        attributes,
      }));
      return { nodes, tensors };
    },
  };
  return chain;
}

/** int64 numbers under a name. */
export const whole = (name: string, values: readonly number[]): readonly [name: string, constant: Uint8Array] => [
  name,
  tensor(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
];

export const concatOf = (inputs: readonly string[], output: string, axis: number): NodeProto => ({
  op: 'Concat',
  inputs,
  outputs: [output],
  attributes: [{ name: 'axis', int: axis }],
});

const floats: readonly (DType | null)[] = ['float32', 'float16', 'bfloat16'];

export function checked({ name, dtype, shape }: ValueInfo, rank?: number): DType {
  if (dtype === null || !floats.includes(dtype)) throw new BrokenOnnx(`"${name}" holds ${dtype ?? 'other'} values`);
  if (rank !== undefined && shape.length !== rank)
    throw new BrokenOnnx(`"${name}" has ${shape.length} dimensions instead of ${rank}`);
  return dtype;
}
