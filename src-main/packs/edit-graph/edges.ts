import type { GraphEdit } from '../../model/pack.ts';
import type { DType } from '../../model/tensor.ts';
import { onnxTypes } from './onnx-types.ts';
import { BrokenOnnx } from './proto.ts';
import type { ValueInfo } from './value-info.ts';
import { type NodeProto, tensor } from './writer.ts';

/** What one edit adds at one end of a graph. */
export interface Edge {
  /** What the graph takes or gives there from now on. */
  readonly outside: ValueInfo;
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly Uint8Array[];
}

/** The name that an end of the file has after these edits: each one puts a new end before or behind the last. */
export function nameAfter(name: string, edits: readonly GraphEdit[]): string {
  const count = edits.filter((edit) => ('input' in edit ? edit.input : edit.output) === name).length;
  return 'kiln/'.repeat(count) + name;
}

/** `inside` is the end as it was; `opset` decides how `Split` is written. @throws BrokenOnnx */
export function edgeOf(edit: GraphEdit, inside: ValueInfo, opset: number): Edge {
  if (opset < 11) throw new BrokenOnnx(`its operator set is ${opset}, and pixels need 11 or later`);
  switch (edit.edit) {
    case 'pixels-in':
      return pixelsIn(inside, edit.scale, edit.shift);
    case 'pixels-out':
      return pixelsOut(inside, edit.scale, edit.shift);
    case 'affine-in':
    case 'affine-out':
      return affine(inside, edit.scale, edit.shift, edit.edit === 'affine-in');
    case 'first-half-out':
      return firstHalf(inside, opset);
  }
}

const outer = (name: string): string => `kiln/${name}`;

/** A chain of operators of one input each, from one name to another; further inputs are constants. */
function chainOf(label: string) {
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

const floats: readonly (DType | null)[] = ['float32', 'float16', 'bfloat16'];

function checked({ name, dtype, shape }: ValueInfo, rank?: number): DType {
  if (dtype === null || !floats.includes(dtype)) throw new BrokenOnnx(`"${name}" holds ${dtype ?? 'other'} values`);
  if (rank !== undefined && shape.length !== rank)
    throw new BrokenOnnx(`"${name}" has ${shape.length} dimensions instead of ${rank}`);
  return dtype;
}

const toNhwc = [0, 2, 3, 1];
const toNchw = [0, 3, 1, 2];
const nhwc = ([images, channels, height, width]: ValueInfo['shape']) => [images!, height!, width!, channels!];

// Transposing bytes moves a quarter of what transposing floats would.
function pixelsIn(inside: ValueInfo, scale: number, shift: number): Edge {
  const dtype = checked(inside, 4);
  const outside: ValueInfo = { name: outer(inside.name), dtype: 'uint8', shape: nhwc(inside.shape) };
  const chain = chainOf(outside.name).transpose(toNchw).castTo('float32').affine(scale, shift);
  if (dtype !== 'float32') chain.castTo(dtype);
  return { outside, ...chain.between(outside.name, inside.name) };
}

/** clamp(round((value * scale + shift) * 255)), halves to even; both factors are one multiplication. */
function pixelsOut(inside: ValueInfo, scale: number, shift: number): Edge {
  const dtype = checked(inside, 4);
  const outside: ValueInfo = { name: outer(inside.name), dtype: 'uint8', shape: nhwc(inside.shape) };
  const chain = chainOf(outside.name);
  if (dtype !== 'float32') chain.castTo('float32');
  chain
    .affine(scale * 255, shift * 255)
    .add('Clip', [0, 255])
    .add('Round')
    .castTo('uint8')
    .transpose(toNhwc);
  return { outside, ...chain.between(inside.name, outside.name) };
}

function affine(inside: ValueInfo, scale: number, shift: number, isInput: boolean): Edge {
  const dtype = checked(inside);
  const outside: ValueInfo = { ...inside, name: outer(inside.name), dtype: 'float32' };
  const chain = chainOf(outside.name);
  if (!isInput && dtype !== 'float32') chain.castTo('float32');
  chain.affine(scale, shift);
  if (isInput && dtype !== 'float32') chain.castTo(dtype);
  return {
    outside,
    ...(isInput ? chain.between(outside.name, inside.name) : chain.between(inside.name, outside.name)),
  };
}

function firstHalf(inside: ValueInfo, opset: number): Edge {
  checked(inside, 4);
  const [images, channels, height, width] = inside.shape;
  if (typeof channels === 'number' && channels % 2 !== 0)
    throw new BrokenOnnx(`"${inside.name}" has ${channels} channels, which is no even number`);
  const name = outer(inside.name);
  const half = typeof channels === 'number' ? channels / 2 : '?';
  const outside: ValueInfo = { ...inside, name, shape: [images!, half, height!, width!] };
  const attributes = [{ name: 'axis', int: 1 }, ...(opset >= 18 ? [{ name: 'num_outputs', int: 2 }] : [])];
  const split: NodeProto = { op: 'Split', inputs: [inside.name], outputs: [name, `${name}:rest`], attributes };
  return { outside, nodes: [split], tensors: [] };
}
