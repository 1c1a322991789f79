import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeTypes } from '../../nodes/index.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import { elementsOf, type TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeContext, fakePlanContext } from './fake-node-context.ts';

export type Given = Readonly<Record<string, unknown>>;

/** What a node gives to one item, its inputs being their defaults but for those given. */
export async function ran(name: string, ctx: FakeContext, values: Given): Promise<Given> {
  const type = nodeTypes.find((one) => one.type === name)!;
  const defaults = Object.entries(type.inputs).flatMap(([input, of]) =>
    of.kind === 'link' ? [] : [[input, defaultOf(of)]],
  );
  const item = { ...Object.fromEntries(defaults), ...values };
  const prepared = type.prepare?.(item, fakePlanContext()) ?? {};
  const [made] = await type.run!([{ ...item, prepared }], ctx);
  return made!;
}

export async function problemsOf(name: string, ctx: FakeContext, values: Given): Promise<readonly Problem[]> {
  return ran(name, ctx, values).then(
    () => [],
    (error) => problemsOfError(error),
  );
}

/** Numbers as the reference's vectors have them: shaped, or a name of one of the file's inputs. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
// biome-ignore lint/suspicious/noExplicitAny: numbers and words by their names, as the reference's nodes take them.
export type Words = Record<string, any>;
export interface Case {
  readonly node: string;
  readonly inputs: Words;
  readonly output?: Numbers;
  readonly outputs?: readonly Numbers[];
}
export interface Resizing {
  readonly input: string;
  readonly method: string;
  readonly width?: number;
  readonly height?: number;
  readonly scale_by?: number;
  readonly crop?: 'disabled' | 'center';
  readonly output: Numbers;
}
export const operations = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../data/diffusion/ops.json'), 'utf8'),
) as {
  inputs: Record<string, Numbers>;
  latent_resize: Resizing[];
  image_resize: Resizing[];
  latent_ops: Case[];
  image_ops: Case[];
  mask_ops: Case[];
};

const bytesOf = (data: readonly number[]): Uint8Array =>
  Uint8Array.from(data, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));

export const latentOf = (ctx: FakeContext, { shape, data }: Numbers): TensorRef =>
  ctx.tensor.make(Float32Array.from(data), 'float32', shape);
export const imageOf = (ctx: FakeContext, { shape, data }: Numbers): TensorRef =>
  ctx.tensor.make(bytesOf(data), 'uint8', shape);
export const maskOf = (ctx: FakeContext, { shape, data }: Numbers): TensorRef =>
  ctx.tensor.make(bytesOf(data), 'uint8', [shape[0]!, ...shape.slice(-2), 1]);

/** The largest difference between a tensor and the reference's numbers; bytes count as 0..1. Shapes have to be equal. */
export function worst(ctx: FakeContext, found: unknown, { shape, data }: Numbers): number {
  const tensor = found as TensorRef;
  const isBytes = tensor.dtype === 'uint8';
  const wanted = isBytes && tensor.shape[3] === 1 ? [shape[0]!, ...shape.slice(-2), 1] : shape;
  if (tensor.shape.join() !== wanted.join() || elementsOf(wanted) !== data.length)
    throw new Error(`[${tensor.shape}] instead of [${wanted}]`);
  const values = ctx.tensor.dataOf(tensor) as Float32Array | Uint8Array;
  return data.reduce((most, value, i) => Math.max(most, Math.abs(values[i]! / (isBytes ? 255 : 1) - value)), 0);
}
