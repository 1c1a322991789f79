import type { Runtime } from '../../src-main/device/runtime.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';
import type { Stored } from '../build/safetensors.ts';
import { type Case, listOf } from './case-format.ts';
import type { CaseHost } from './case-host.ts';
import { equal, type Measured } from './comparison.ts';

// What a recorded run begins with.

export type Tensors = Readonly<Record<string, Stored>>;

export interface CasePlace {
  readonly runtime: Runtime;
  readonly library: Packs;
  /** Of the packs. */
  readonly packs: string;
  /** Of the cases. */
  readonly cases: string;
}

/** Row `at` of a stored tensor with as many rows as `rows`. */
export function rowOf({ shape, data }: Stored, at: number): Float32Array {
  const size = data.length / (shape[0] ?? 1);
  return Float32Array.from(data.subarray(at * size, (at + 1) * size) as ArrayLike<number>, Number);
}

export interface Text {
  readonly text: string;
  /** Of the names of its ids. */
  readonly prefix: '' | 'negative_';
  readonly empty: 'encode' | 'pack';
}

export function textsOf(one: Case, image: number): readonly Text[] {
  const positive: Text = { text: listOf(one.prompt, one.batch)[image]!, prefix: '', empty: 'encode' };
  if (one.cfg === 1) return [positive];
  const { negativePrompt } = one;
  const text = negativePrompt === null ? '' : listOf(negativePrompt, one.batch)[image]!;
  return [positive, { text, prefix: 'negative_', empty: negativePrompt === null ? 'pack' : 'encode' }];
}

const lengthOf = ({ maxSequenceLength }: Case) => (maxSequenceLength ? { length: maxSequenceLength } : {});

export async function encodedAs(
  host: CaseHost,
  facts: PackFacts,
  text: string,
  empty: string,
  one: Case,
): Promise<Conditioning> {
  const given = await host.run('text.encode', {
    encoder: facts.ref,
    text,
    reading: 'literal',
    empty,
    ...lengthOf(one),
  });
  return given.conditioning as Conditioning;
}

export function idsOf(
  text: string,
  prefix: Text['prefix'],
  image: number,
  one: Case,
  stored: Tensors,
  facts: PackFacts,
  library: Packs,
): Measured[] {
  return library.tokenize(facts.ref, text, { reading: 'literal', ...lengthOf(one) }).flatMap(({ ids, mask, part }) => {
    const number = /\d$/.exec(part)?.[0];
    const name = `${prefix}input_ids${number ? `_${number}` : ''}`;
    const wanted = stored[name];
    if (!wanted) return [];
    const masks = stored[`${prefix}attention_mask`];
    const counted = masks ? rowOf(masks, image).reduce((sum, value) => sum + value, 0) : ids.length;
    const own = masks ? mask.reduce((sum, value) => sum + value, 0) : ids.length;
    return [equal(name, ids.slice(0, own), [...rowOf(wanted, image)].slice(0, counted))];
  });
}

export function picturesOf(host: CaseHost, one: Case, image: number, stored: Tensors) {
  const bytes = (name: string): TensorRef | null => {
    const tensor = stored[name];
    if (!tensor) return null;
    const [count = 1, ...sides] = tensor.shape;
    const values = rowOf(tensor, count === 1 ? 0 : image).map((value) => Math.round(255 * value));
    return host.ctx.tensor.from(Uint8Array.from(values), 'uint8', [1, ...sides]);
  };
  return {
    init: bytes('init_image'),
    mask: bytes('mask'),
    control: one.kind === 'controlnet' ? bytes('control_image') : null,
  };
}

/** Flux's rows of patches as a latent of that shape; any other as it is. */
export function unpacked(
  values: Float32Array,
  { shape }: Stored,
  [, channels = 1, height = 1, width = 1]: readonly number[],
) {
  if (shape.length !== 3) return values;
  const latent = new Float32Array(values.length);
  const columns = width / 2;
  for (let i = 0; i < values.length; i++) {
    const patch = Math.floor(i / (4 * channels));
    const [channel, corner] = [Math.floor((i % (4 * channels)) / 4), i % 4];
    const y = 2 * Math.floor(patch / columns) + Math.floor(corner / 2);
    const x = 2 * (patch % columns) + (corner % 2);
    latent[(channel * height + y) * width + x] = values[i]!;
  }
  return latent;
}
