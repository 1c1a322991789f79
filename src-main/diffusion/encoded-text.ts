import type { Json } from '../model/json.ts';
import type { NodeContext } from '../model/node-type.ts';
import {
  type EncoderName,
  isEncoder,
  type LearnedVectors,
  type PackFacts,
  type PackRef,
  type TokenWindow,
} from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { ConditioningEntry } from '../model/value-types.ts';
import { weightedStates } from './conditioning-ops.ts';
import { joinedStates, type States } from './join-states.ts';

/** The ids of one encoder: one row, or windows with weights. */
export interface EncoderRows {
  readonly part: EncoderName;
  readonly ids: readonly number[];
  readonly mask: readonly number[];
  readonly windows?: readonly TokenWindow[];
  /** Ids of the empty text, where something is weighted against it. */
  readonly empty?: readonly number[] | null;
  /** What ids below 0 stand for. */
  readonly vectors?: LearnedVectors;
  /** The state that is read, where it is not the usual one. */
  readonly layer?: number;
}

interface Encoded {
  readonly part: EncoderName;
  readonly hidden: TensorRef;
  readonly pooled: TensorRef | undefined;
}

/** All that `encodedText` looks at in a pack: its encoders by their keys, how they are joined, and what the denoiser takes of it. */
export function encodedFrom({ ref, parts, text: { states, pooled } }: PackFacts): Json {
  const denoiser = parts.find(({ name }) => name === 'denoiser')?.takes ?? [];
  return {
    encoders: parts.flatMap(({ name, key }) => (isEncoder(name) ? [key] : [])),
    adapters: ref.adapters.map(({ digest, strength }) => [digest, strength]),
    states,
    pooled,
    width: denoiser.find(({ name }) => name === 'hidden')?.shape[2] ?? null,
    padMask: denoiser.some(({ name }) => name === 'padMask'),
  };
}

/** What all text encoders of a pack say to one text, joined as its family wants it; `isZero`: zeros of that form. */
export async function encodedText(
  ctx: NodeContext,
  pack: PackRef,
  encoders: readonly EncoderRows[],
  isZero: boolean,
): Promise<ConditioningEntry> {
  const facts = ctx.facts(pack);
  const given = await Promise.all(encoders.map((rows) => encoded(ctx, pack, rows)));
  const by = (part: EncoderName) => given.find((one) => one.part === part)!;
  const { states, pooled } = facts.text;
  const context = facts.parts.find(({ name }) => name === 'denoiser')?.takes.find(({ name }) => name === 'hidden')
    ?.shape[2];
  const width = typeof context === 'number' ? context : null;
  const alone = states.length === 1 && states[0]!.length === 1 ? by(states[0]![0]!).hidden : null;
  const hidden =
    alone !== null && (width === null || alone.shape[2] === width)
      ? alone
      : await joined(
          ctx,
          states.map((group) => group.map((part) => by(part).hidden)),
          width,
        );
  const vectors = pooled.flatMap((part) => by(part).pooled ?? []);
  const vector = vectors.length > 1 ? await sideBySide(ctx, vectors) : vectors[0];
  const zero = (tensor: TensorRef) => (isZero ? ctx.tensor.full(tensor.shape, 0) : tensor);
  const takesPadMask = facts.parts.some(
    ({ name, takes }) => name === 'denoiser' && takes.some((port) => port.name === 'padMask'),
  );
  const { mask } = encoders[0]!;
  return {
    hidden: zero(hidden),
    ...(vector ? { pooled: zero(vector) } : {}),
    ...(takesPadMask
      ? {
          padMask: ctx.tensor.from(
            Uint8Array.from(mask, (there) => 1 - there),
            'bool',
            [1, mask.length],
          ),
        }
      : {}),
  };
}

async function encoded(
  ctx: NodeContext,
  pack: PackRef,
  { part, ids, mask, windows, empty, vectors, layer }: EncoderRows,
): Promise<Encoded> {
  const takesMask = ctx
    .facts(pack)
    .parts.some(({ name, takes }) => name === part && takes.some((port) => port.name === 'mask'));
  const row = (numbers: readonly number[]) =>
    ctx.tensor.from(BigInt64Array.from(numbers, BigInt), 'int64', [1, numbers.length]);
  // One for all rows of this text, so that they may share a call.
  const how = {
    ...(vectors ? { vectors: learned(ctx, vectors), vectorsDigest: vectors.digest } : {}),
    ...(layer === undefined ? {} : { layer }),
  };
  if (!windows) {
    const one = { tokens: row(ids), ...(takesMask ? { mask: row(mask) } : {}), ...how };
    const [given] = await ctx.call(pack, part, [one]);
    return { part, hidden: given!.hidden, pooled: given!.pooled };
  }
  // Every window is encoded by itself, weighted, and put behind the one before; the vector is the first one's.
  const asked = [...windows.map((window) => window.ids), ...(empty ? [empty] : [])];
  const given = await ctx.call(
    pack,
    part,
    asked.map((numbers) => ({ tokens: row(numbers), ...how })),
  );
  const states = await Promise.all(given.map(async ({ hidden }) => (await ctx.tensor.read(hidden)) as Float32Array));
  const none = empty ? states.at(-1)! : null;
  const [, length = 0, width = 0] = given[0]!.hidden.shape;
  const all = new Float32Array(windows.length * length * width);
  for (const [i, { weights }] of windows.entries())
    all.set(none ? weightedStates(states[i]!, none, weights) : states[i]!, i * length * width);
  const hidden = ctx.tensor.from(all, 'float32', [1, windows.length * length, width]);
  return { part, hidden, pooled: given[0]!.pooled };
}

function learned(ctx: NodeContext, { base64, width }: LearnedVectors): TensorRef {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const values = new Float32Array(bytes.buffer);
  return ctx.tensor.from(values, 'float32', [values.length / width, width]);
}

async function joined(
  ctx: NodeContext,
  groups: readonly (readonly TensorRef[])[],
  width: number | null,
): Promise<TensorRef> {
  const statesOf = async (tensor: TensorRef): Promise<States> => {
    const values = (await ctx.tensor.read(tensor)) as Float32Array;
    return { values, tokens: tensor.shape[1] ?? 0, width: tensor.shape[2] ?? 0 };
  };
  const read = await Promise.all(groups.map((group) => Promise.all(group.map(statesOf))));
  const all = joinedStates(read, width);
  return ctx.tensor.from(all.values, 'float32', [1, all.tokens, all.width]);
}

async function sideBySide(ctx: NodeContext, vectors: readonly TensorRef[]): Promise<TensorRef> {
  const values = await Promise.all(
    vectors.map(async (vector) => [...((await ctx.tensor.read(vector)) as Float32Array)]),
  );
  const all = Float32Array.from(values.flat());
  return ctx.tensor.from(all, 'float32', [1, all.length]);
}
