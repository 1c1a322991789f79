import type { ErrorCode, ErrorValues } from './errors.ts';
import type { Digest } from './ids.ts';
import type { Inputs, Item, Literal } from './inputs.ts';
import type { Json, JsonObject } from './json.ts';
import type { Clip, EncoderTokens, PackFacts, PackRef, PartName, RowsFor, RowsFrom, TokenizeOptions } from './pack.ts';
import type { DType, TensorRef } from './tensor.ts';
import type { PictureFormat, ValueType, ValueTypes } from './value-types.ts';
import type { Vocabulary } from './vocabulary.ts';

export type Outputs = Readonly<Record<string, ValueType>>;
export type Made<O extends Outputs> = { readonly [N in keyof O]: ValueTypes[O[N]] };

/** What a step may know and ask while the plan is made, in the core, before any device is touched. */
export interface PlanContext {
  /** @throws AppError pack.missing */
  open(name: string): PackRef;
  facts(pack: PackRef): PackFacts;
  /** For every text encoder of the pack. */
  tokenize(pack: PackRef, text: string, options?: TokenizeOptions): readonly EncoderTokens[];
  /** What the pack knows by name; null where it does not say. */
  vocabulary(pack: PackRef): Vocabulary | null;
  /** A warning that goes with the run; the run goes on. */
  warn<C extends ErrorCode>(code: C, values: ErrorValues[C]): void;
}

/** A stream of its own for each number, or what torch draws after so many draws of the same size from one generator. */
export type NoiseStream = number | { readonly draw: number };

/** Arithmetic on tensors where they lie. Results are new tensors; what a job does not return is freed when it ends. */
export interface TensorMath {
  /** Sum of factor * tensor; all of one shape, float32. */
  linear(terms: readonly { readonly factor: number; readonly tensor: TensorRef }[]): TensorRef;
  /** a * b, value by value; float32 of one shape. */
  product(a: TensorRef, b: TensorRef): TensorRef;
  /** Values within bounds; float32 of one picture. */
  clip(tensor: TensorRef, clip: Clip): TensorRef;
  /** inner where the mask is 1, outer where it is 0; float32, the mask [1, 1, height, width] for all channels. */
  blend(inner: TensorRef, outer: TensorRef, mask: TensorRef): TensorRef;
  /** float32 normal noise that depends on the seed, the stream and the shape alone, equal on every machine. */
  noise(seed: string, shape: readonly number[], stream?: NoiseStream): TensorRef;
  full(shape: readonly number[], value: number): TensorRef;
  from(data: Float32Array | Uint8Array | BigInt64Array, dtype: DType, shape: readonly number[]): TensorRef;
  /** [n, ...] to n tensors of [1, ...]. */
  split(tensor: TensorRef): readonly TensorRef[];
  /** The opposite; every shape but the first side equal. */
  stack(tensors: readonly TensorRef[]): TensorRef;
  /** Tensors that this job made and that nobody reads any more; without it they go when the job ends. */
  free(tensors: readonly TensorRef[]): void;
  /** The values, brought to where JavaScript is. Not for use at every step of a big latent. */
  read(tensor: TensorRef): Promise<Float32Array | Uint8Array | BigInt64Array | Int32Array>;
}

/** Picture files and sizes, off the event loop. Pixels are uint8 [images, height, width, 3]. */
export interface Pixels {
  /** Decodes one file. @throws AppError image.notAnImage, image.broken, image.tooLarge */
  decode(bytes: Uint8Array, name: string): Promise<TensorRef>;
  /** How opaque one file is, uint8 [1, height, width, 1]; 255 everywhere where it does not say. Throws as `decode`. */
  alpha(bytes: Uint8Array, name: string): Promise<TensorRef>;
  /**
   * A file of one picture [1, height, width, 3], a PNG if nothing else is said; equal pixels give equal bytes.
   * `quality` is 1 to 100; a PNG has none, and a WebP of 100 loses nothing.
   */
  encode(image: TensorRef, as?: { readonly format: PictureFormat; readonly quality: number }): Promise<TensorRef>;
  resize(
    image: TensorRef,
    width: number,
    height: number,
    filter: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos',
  ): Promise<TensorRef>;
}

/** All that a node may touch. */
export interface NodeContext {
  /**
   * Rows in, rows out, in the same order. Which batches they ride in is the scheduler's business; `together` rows in a
   * row (1 without it) make one picture and are not torn apart.
   */
  call<P extends PartName>(pack: PackRef, part: P, rows: RowsFor<P>, together?: number): Promise<RowsFrom<P>>;
  readonly tensor: TensorMath;
  readonly pixels: Pixels;
  facts(pack: PackRef): PackFacts;
  /** Bytes of an uploaded file. @throws AppError image.missing */
  file(digest: Digest): Promise<Uint8Array>;
  readonly signal: AbortSignal;
  /** Steps done of total, and the denoised latent of the first image, of which a preview can be made. */
  progress(done: number, total: number, preview?: { latent: TensorRef; pack: PackRef }): void;
}

interface NodeTypeBase<I extends Inputs, O extends Outputs> {
  /** `category.verb` */
  readonly type: string;
  readonly title: string;
  readonly about: string;
  /** Other words that people search it by. */
  readonly synonyms?: readonly string[];
  readonly inputs: I;
  readonly outputs: O;
  /** Named, oldest first; a node's version is their count. */
  readonly upgrades?: Readonly<Record<string, (node: { values: Record<string, Json> }) => void>>;
  /** Raised when equal inputs give other results than before. */
  readonly revision?: number;
  /** A sink is why a graph runs. `gallery` pictures are kept; `preview` pictures are for now. */
  readonly sink?: 'gallery' | 'preview';
}

/** Computed while planning: its outputs are literals in the plan. */
export interface PlannedNodeType<I extends Inputs = Inputs, O extends Outputs = Outputs> extends NodeTypeBase<I, O> {
  plan(item: Item<I>, ctx: PlanContext): Made<O>;
}

/** Runs in a host. */
export interface HostNodeType<I extends Inputs = Inputs, O extends Outputs = Outputs, P extends JsonObject = JsonObject>
  extends NodeTypeBase<I, O> {
  /** Which parts of the packs on which inputs it calls. */
  readonly parts?: { readonly [N in keyof I]?: readonly PartName[] };
  /** Those of them that a pack may be without: the node then does without. */
  readonly mayLack?: readonly PartName[];
  /** Work on inputs that are known while planning, such as token ids. Its result is the item's `prepared`, and part of the key. */
  prepare?(item: Partial<Item<I>>, ctx: PlanContext): P;
  /**
   * All of the pack on an input that its result depends on, where that is not the whole of it: two packs that are equal
   * in this share results. Parts are told by their keys.
   */
  packKey?(facts: PackFacts): Json;
  /** About how many calls of each part it makes, for estimates of time; 1 without it. */
  calls?(item: Partial<Item<I>>): number;
  /** False where equal inputs may give different results. */
  readonly reuse?: boolean;
  /** Where results are kept between runs; `memory` (the default) is the host's. */
  readonly keep?: 'disk' | 'memory';
  /** One or more items in, as many out, in order. */
  run(items: readonly (Item<I> & { readonly prepared: P })[], ctx: NodeContext): Promise<readonly Made<O>[]>;
}

/** A node type with its types forgotten, as the engine and the hosts hold it. */
export interface NodeType extends NodeTypeBase<Inputs, Outputs> {
  plan?(item: Readonly<Record<string, unknown>>, ctx: PlanContext): Record<string, unknown>;
  readonly parts?: Readonly<Record<string, readonly PartName[] | undefined>>;
  readonly mayLack?: readonly PartName[];
  prepare?(item: Readonly<Record<string, unknown>>, ctx: PlanContext): JsonObject;
  packKey?(facts: PackFacts): Json;
  calls?(item: Readonly<Record<string, unknown>>): number;
  readonly reuse?: boolean;
  readonly keep?: 'disk' | 'memory';
  run?(
    items: readonly Readonly<Record<string, unknown>>[],
    ctx: NodeContext,
  ): Promise<readonly Record<string, unknown>[]>;
}

/** Types flow from `inputs` into `run`, `parts` and `prepare`: a wrong name does not compile. */
export function defineNode<
  const I extends Inputs,
  const O extends Outputs,
  P extends JsonObject = Record<never, never>,
>(type: HostNodeType<I, O, P>): NodeType {
  return type as unknown as NodeType;
}

/** A node that is computed while planning. */
export function definePlannedNode<const I extends Inputs, const O extends Outputs>(
  type: PlannedNodeType<I, O>,
): NodeType {
  return type as unknown as NodeType;
}

/** Node types by name. */
export type Catalog = ReadonlyMap<string, NodeType>;

export const versionOf = (type: NodeType): number => Object.keys(type.upgrades ?? {}).length;

export type { Literal };
