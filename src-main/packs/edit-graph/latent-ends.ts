import { chainOf, checked, concatOf, type Edge, outer, whole } from './edge.ts';
import { BrokenOnnx } from './proto.ts';
import type { ValueInfo } from './value-info.ts';
import type { NodeProto } from './writer.ts';

export function posterior(inside: ValueInfo, scale: number, opset: number): Edge {
  const dtype = checked(inside, 4);
  const [images, channels, height, width] = inside.shape;
  if (typeof channels === 'number' && channels % 2 !== 0)
    throw new BrokenOnnx(`"${inside.name}" has ${channels} channels, which is no even number`);
  const name = outer(inside.name);
  const half = typeof channels === 'number' ? channels / 2 : '?';
  const outside: ValueInfo = { ...inside, name, shape: [images!, half, height!, width!] };
  const attributes = [{ name: 'axis', int: 1 }, ...(opset >= 18 ? [{ name: 'num_outputs', int: 2 }] : [])];
  const spread: ValueInfo = { ...outside, name: `${name}:spread`, dtype: 'float32' };
  const split: NodeProto = { op: 'Split', inputs: [inside.name], outputs: [name, `${name}:log`], attributes };
  const chain = chainOf(spread.name);
  if (dtype !== 'float32') chain.castTo('float32');
  // As diffusers bounds the log-variance.
  const { nodes, tensors } = chain
    .add('Clip', [-30, 20])
    .affine(0.5, 0)
    .add('Exp')
    .affine(scale, 0)
    .between(`${name}:log`, spread.name);
  return { outside, also: [{ port: 'spread', info: spread }], nodes: [split, ...nodes], tensors };
}

export function joinedIn(
  inside: ValueInfo,
  pieces: readonly { readonly name: string; readonly channels: number }[],
): Edge {
  const dtype = checked(inside, 4);
  const [images, , height, width] = inside.shape;
  const ends = pieces.map(({ name, channels }, i): ValueInfo => {
    const own = i === 0 ? outer(inside.name) : `${outer(inside.name)}:${name}`;
    return { name: own, dtype, shape: [images!, channels, height!, width!] };
  });
  const [outside, ...rest] = ends;
  const concat = concatOf(
    ends.map(({ name }) => name),
    inside.name,
    1,
  );
  const also = rest.map((info, i) => ({ port: pieces[i + 1]!.name, info }));
  return { outside: outside!, also, nodes: [concat], tensors: [] };
}

export function rowFactorIn(inside: ValueInfo): Edge {
  checked(inside, 1);
  const outside: ValueInfo = { ...inside, name: outer(inside.name), shape: ['batch'] };
  const [shape, constant] = whole(`${outside.name}:shape`, [-1, 1, 1, 1]);
  const reshape: NodeProto = { op: 'Reshape', inputs: [outside.name, shape], outputs: [inside.name] };
  return { outside, nodes: [reshape], tensors: [constant] };
}

/** [images, channels, height, width] outside, a frame between channels and height inside. */
export function frame(inside: ValueInfo, isInput: boolean, opset: number): Edge {
  checked(inside);
  const name = outer(inside.name);
  if (isInput) {
    const outside: ValueInfo = { ...inside, name, shape: inside.shape.filter((_, i) => i !== 2) };
    if (opset < 13) {
      const attributes = [{ name: 'axes', ints: [2] }];
      return { outside, nodes: [{ op: 'Unsqueeze', inputs: [name], outputs: [inside.name], attributes }], tensors: [] };
    }
    const [axes, constant] = whole(`${name}:axes`, [2]);
    return {
      outside,
      nodes: [{ op: 'Unsqueeze', inputs: [name, axes], outputs: [inside.name] }],
      tensors: [constant],
    };
  }
  // Some exports drop the leading dimension of their only picture: the two inner sides are known to be the last ones.
  const channels = inside.shape.at(-4);
  const outside: ValueInfo = { ...inside, name, shape: ['batch', channels ?? '?', ...inside.shape.slice(-2)] };
  const sides = `${name}:sides`;
  const shapeOf = `${name}:shape`;
  const [from, fromConstant] = whole(`${name}:from`, [-2]);
  const [to, toConstant] = whole(`${name}:to`, [2 ** 31 - 1]);
  const [front, frontConstant] = whole(`${name}:front`, [-1, typeof channels === 'number' ? channels : 16]);
  return {
    outside,
    nodes: [
      { op: 'Shape', inputs: [inside.name], outputs: [shapeOf] },
      { op: 'Slice', inputs: [shapeOf, from, to], outputs: [sides] },
      concatOf([front, sides], `${name}:wanted`, 0),
      { op: 'Reshape', inputs: [inside.name, `${name}:wanted`], outputs: [name] },
    ],
    tensors: [fromConstant, toConstant, frontConstant],
  };
}
