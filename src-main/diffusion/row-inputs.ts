import type { NodeContext, TensorMath } from '../model/node-type.ts';
import type { PackFacts, PackRef, RowsFor } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { ConditioningEntry } from '../model/value-types.ts';
import { guidanceEmbedding } from './guidance-embedding.ts';

// What a denoiser takes besides the latent and the timestep.

type Row = RowsFor<'denoiser'>[number];

/** A row before its control net was asked. */
export interface Asking {
  readonly row: Row;
  readonly entry: ConditioningEntry;
  readonly isControlled: boolean;
}

export class RowInputs {
  readonly #ctx: NodeContext;
  readonly #denoiser: PackRef;
  readonly #facts: PackFacts;
  readonly #takes: ReadonlySet<string>;
  /** Of every row of the run. */
  readonly fixed: Partial<Row>;
  readonly #blank: Partial<Row>;
  /** Residuals that change nothing, in the shapes of the others. */
  #none: Record<string, TensorRef> | null = null;

  /** `shape` is that of one picture's latent. */
  constructor(ctx: NodeContext, denoiser: PackRef, shape: readonly number[], guidance: number) {
    this.#ctx = ctx;
    this.#denoiser = denoiser;
    this.#facts = ctx.facts(denoiser);
    const part = this.#facts.parts.find(({ name }) => name === 'denoiser');
    this.#takes = new Set(part?.takes.map(({ name }) => name));
    this.fixed = this.#sizesAnd(ctx.tensor, shape, guidance || this.#facts.defaults.guidance);
    const [, channels = 0, height = 0, width = 0] = shape;
    // A model made for inpainting that is told nothing draws everything.
    this.#blank = this.#takes.has('mask')
      ? {
          mask: ctx.tensor.full([1, 1, height, width], 1),
          masked: ctx.tensor.full([1, channels, height, width], 0),
        }
      : {};
  }

  #sizesAnd(math: TensorMath, shape: readonly number[], guidance: number): Partial<Row> {
    const { downscale } = this.#facts.latent;
    const [height, width] = [shape[2]! * downscale, shape[3]! * downscale];
    const embedded = this.#facts.parts
      .find(({ name }) => name === 'denoiser')
      ?.takes.find(({ name }) => name === 'guidanceEmbedding')?.shape[1];
    const embedding = typeof embedded === 'number' ? guidanceEmbedding(guidance, embedded) : null;
    return {
      // Original size, where it was cut out, and the size that is wanted.
      ...(this.#takes.has('sizes')
        ? { sizes: math.from(Float32Array.of(height, width, 0, 0, height, width), 'float32', [1, 6]) }
        : {}),
      ...(this.#takes.has('guidance') ? { guidance } : {}),
      ...(embedding ? { guidanceEmbedding: math.from(embedding, 'float32', [1, embedding.length]) } : {}),
    };
  }

  rowOf(latent: TensorRef, timestep: number, { hidden, pooled, padMask, inpaint }: ConditioningEntry): Row {
    return {
      latent,
      timestep,
      hidden,
      ...(pooled && this.#takes.has('pooled') ? { pooled } : {}),
      ...(padMask && this.#takes.has('padMask') ? { padMask } : {}),
      ...this.fixed,
      ...(inpaint && this.#takes.has('mask') ? inpaint : this.#blank),
    };
  }

  /** Rows with what their control nets say, for denoisers that were made for one. `together` as in `ctx.call`. */
  async controlled(asking: readonly Asking[], together: number): Promise<readonly Row[]> {
    if (![...this.#takes].some((name) => name.startsWith('residual.'))) return asking.map(({ row }) => row);
    const asked = asking.filter(({ entry, isControlled }) => isControlled && entry.control !== undefined);
    if (asked.length === 0 && this.#none === null) await this.#learn(asking[0]!.row);
    const given = asked.length === 0 ? [] : await this.#call(asked, together);
    if (given[0] !== undefined && this.#none === null) this.#none = this.#zerosLike(given[0]);
    return asking.map((one) => ({ ...one.row, ...(given[asked.indexOf(one)] ?? this.#none!) }));
  }

  #call(asked: readonly Asking[], together: number) {
    const rows = asked.map(({ row: { latent, timestep, hidden }, entry: { control } }) => {
      const { image, strength } = control!;
      return { latent, timestep, hidden, image, strength };
    });
    return this.#ctx.call(this.#denoiser, 'control-net', rows, asked.length % together === 0 ? together : 1);
  }

  /** How large the residuals are only the control net knows. */
  async #learn({ latent, timestep, hidden }: Row): Promise<void> {
    const { downscale } = this.#facts.latent;
    const [height, width] = [latent.shape[2]! * downscale, latent.shape[3]! * downscale];
    const image = this.#ctx.tensor.from(new Uint8Array(height * width * 3), 'uint8', [1, height, width, 3]);
    const row = { latent, timestep, hidden, image, strength: 0 };
    const [given] = await this.#ctx.call(this.#denoiser, 'control-net', [row]);
    this.#none = this.#zerosLike(given!);
  }

  #zerosLike(residuals: Readonly<Record<string, TensorRef>>): Record<string, TensorRef> {
    return Object.fromEntries(
      Object.entries(residuals).map(([name, { shape }]) => [name, this.#ctx.tensor.full(shape, 0)]),
    );
  }
}
