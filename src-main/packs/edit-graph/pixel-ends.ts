import { chainOf, checked, type Edge, outer } from './edge.ts';
import { onnxTypes } from './onnx-types.ts';
import type { ValueInfo } from './value-info.ts';
import type { NodeProto } from './writer.ts';

const toNhwc = [0, 2, 3, 1];
const toNchw = [0, 3, 1, 2];
const nhwc = ([images, channels, height, width]: ValueInfo['shape']) => [images!, height!, width!, channels!];

// Transposing bytes moves a quarter of what transposing floats would.
export function pixelsIn(inside: ValueInfo, scale: number, shift: number, isMasked: boolean): Edge {
  const dtype = checked(inside, 4);
  const outside: ValueInfo = { name: outer(inside.name), dtype: 'uint8', shape: nhwc(inside.shape) };
  const chain = chainOf(outside.name).transpose(toNchw).castTo('float32').affine(scale, shift);
  if (!isMasked) {
    if (dtype !== 'float32') chain.castTo(dtype);
    return { outside, ...chain.between(outside.name, inside.name) };
  }
  const keep: ValueInfo = {
    name: `${outside.name}:keep`,
    dtype: 'uint8',
    shape: [inside.shape[0]!, 'rows', 'columns', 1],
  };
  const pixels = chain.between(outside.name, `${outside.name}:all`);
  const mask = chainOf(keep.name).transpose(toNchw).castTo('float32').between(keep.name, `${keep.name}:float`);
  const kept = `${outside.name}:kept`;
  const nodes: NodeProto[] = [
    ...pixels.nodes,
    ...mask.nodes,
    { op: 'Mul', inputs: [`${outside.name}:all`, `${keep.name}:float`], outputs: [kept] },
    { op: 'Cast', inputs: [kept], outputs: [inside.name], attributes: [{ name: 'to', int: onnxTypes[dtype] }] },
  ];
  return { outside, also: [{ port: 'keep', info: keep }], nodes, tensors: [...pixels.tensors, ...mask.tensors] };
}

/** clamp(round((value * scale + shift) * 255)), halves to even; both factors are one multiplication. */
export function pixelsOut(inside: ValueInfo, scale: number, shift: number): Edge {
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

export function affine(inside: ValueInfo, scale: number, shift: number, isInput: boolean): Edge {
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
