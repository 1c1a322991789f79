import { fail } from '../model/errors.ts';
import type { NodeContext } from '../model/node-type.ts';
import type { PackRef } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { ConditioningEntry, Inpaint } from '../model/value-types.ts';
import { inputScale } from './denoised.ts';
import { allowedSizes, sizeIsAllowed } from './latents.ts';
import { type Crop, cropped } from './regions.ts';
import { type Asking, RowInputs } from './row-inputs.ts';
import { type States, sideBySide } from './states.ts';
import type { Way } from './way.ts';

/** One conditioning to be asked about, in a box of the latent or all of it. */
export interface Question {
  readonly entry: ConditioningEntry;
  readonly crop: Crop | null;
}

/** What the denoiser says to each question about each state: [state][question]. The answers are the asker's to free. */
export type Ask = (
  states: States,
  sigma: number,
  questions: readonly Question[],
) => Promise<readonly (readonly TensorRef[])[]>;

export interface AskOptions {
  readonly denoiser: PackRef;
  readonly guidance: number;
  /** Of one picture's latent. */
  readonly shape: readonly [images: 1, channels: number, height: number, width: number];
  readonly way: Way;
}

/**
 * Asks about all states of a step in one call. Each `await` gives their rows back to the scheduler, so runs join and
 * leave between steps.
 */
export function askerOf(ctx: NodeContext, { denoiser, guidance, shape, way }: AskOptions): Ask {
  const facts = ctx.facts(denoiser);
  const [, channels, height, width] = shape;
  const math = sideBySide(ctx.tensor);
  const inputs = new Map<string, Inputs>();
  let calls = 0;

  const inputsFor = (crop: Crop | null): Inputs => {
    const key = crop ? `${crop.x} ${crop.y} ${crop.width} ${crop.height}` : '';
    const known = inputs.get(key) ?? inputsIn(crop);
    inputs.set(key, known);
    return known;
  };
  const inputsIn = (crop: Crop | null): Inputs => {
    if (!crop) return { rows: new RowInputs(ctx, denoiser, shape, guidance), sizes: {}, entries: new Map() };
    const [w, h] = [crop.width * facts.latent.downscale, crop.height * facts.latent.downscale];
    if (!sizeIsAllowed(facts.sizes, w, h)) {
      const values = { pack: facts.title, width: w, height: h, allowed: allowedSizes(facts.sizes) };
      fail('conditioning.areaNotAllowed', values);
    }
    const { sizes } = inputsFor(null).rows.fixed;
    return {
      rows: new RowInputs(ctx, denoiser, [1, channels, crop.height, crop.width], guidance),
      // A piece is told the size of the whole.
      sizes: sizes ? { sizes } : {},
      entries: new Map(),
    };
  };

  const pieceOf = async (tensor: TensorRef, crop: Crop): Promise<TensorRef> => {
    const [, planes = 1] = tensor.shape;
    const values = cropped((await ctx.tensor.read(tensor)) as Float32Array, planes, { width, height }, crop);
    return ctx.tensor.from(Float32Array.from(values), 'float32', [1, planes, crop.height, crop.width]);
  };
  /** What an entry says of the picture, in its box. */
  const entryIn = async (entry: ConditioningEntry, crop: Crop): Promise<ConditioningEntry> => {
    const { inpaint, control } = entry;
    const mask = inpaint ? await pieceOf(inpaint.mask, crop) : null;
    const masked = inpaint ? await pieceOf(inpaint.masked, crop) : null;
    return {
      ...entry,
      ...(mask && masked ? { inpaint: { mask, masked } } : {}),
      ...(control ? { control: { ...control, image: await pictureIn(control.image, crop) } } : {}),
    };
  };
  const pictureIn = async (image: TensorRef, crop: Crop): Promise<TensorRef> => {
    const { downscale } = facts.latent;
    const [, h = 0, w = 0, colors = 3] = image.shape;
    const bytes = (await ctx.tensor.read(image)) as Uint8Array;
    const [top, left] = [crop.y * downscale, crop.x * downscale];
    const [rows, columns] = [Math.min(crop.height * downscale, h - top), Math.min(crop.width * downscale, w - left)];
    const piece = new Uint8Array(rows * columns * colors);
    for (let y = 0; y < rows; y++) {
      const from = ((top + y) * w + left) * colors;
      piece.set(bytes.subarray(from, from + columns * colors), y * columns * colors);
    }
    return ctx.tensor.from(piece, 'uint8', [1, rows, columns, colors]);
  };

  const filled = new Map<ConditioningEntry, ConditioningEntry>();
  /** What is to be filled is the same for all sides: one of them may say it. */
  const alike = (entry: ConditioningEntry, inpaint: Inpaint): ConditioningEntry => {
    const known = entry.inpaint ? entry : (filled.get(entry) ?? { ...entry, inpaint });
    filled.set(entry, known);
    return known;
  };

  return async (states, sigma, questions) => {
    ctx.signal.throwIfAborted();
    const call = calls++;
    const scale = inputScale(facts.prediction, sigma);
    const fed = scale === 1 ? states : math.linear([{ factor: scale, tensor: states }]);
    const timestep = way.timestepOf(sigma, call);
    const made: TensorRef[] = scale === 1 ? [] : [...fed];
    const { inpaint } = questions.find((question) => question.entry.inpaint)?.entry ?? {};
    const prepared = await Promise.all(
      questions.map(async ({ entry: asked, crop }) => {
        const entry = inpaint ? alike(asked, inpaint) : asked;
        const own = inputsFor(crop);
        const known = crop ? (own.entries.get(entry) ?? (await entryIn(entry, crop))) : entry;
        own.entries.set(entry, known);
        const { start = 0, end = 1 } = entry.control ?? {};
        return { own, crop, entry: known, isControlled: way.isWithin(start, end, sigma, call) };
      }),
    );
    const asking: { readonly own: Inputs; readonly asked: Asking }[] = [];
    for (const state of fed)
      for (const { own, crop, entry, isControlled } of prepared) {
        const latent = crop ? await pieceOf(state, crop) : state;
        if (crop) made.push(latent);
        const row = { ...own.rows.rowOf(latent, timestep, entry), ...own.sizes };
        asking.push({ own, asked: { row, entry, isControlled } });
      }
    // Texts of different lengths, and pieces of different sizes, cannot share a call.
    const [first] = prepared;
    const isOne = prepared.every(
      ({ own, entry }) => own === first!.own && entry.hidden.shape[1] === first!.entry.hidden.shape[1],
    );
    const together = isOne ? prepared.length : 1;
    const rows = new Array<Asking['row']>(asking.length);
    for (const own of new Set(asking.map((one) => one.own))) {
      const places = [...asking.keys()].filter((i) => asking[i]!.own === own);
      const controlled = await own.rows.controlled(
        places.map((i) => asking[i]!.asked),
        together,
      );
      for (const [k, i] of places.entries()) rows[i] = controlled[k]!;
    }
    const given = await ctx.call(denoiser, 'denoiser', rows, together);
    ctx.tensor.free(made);
    const count = questions.length;
    return states.map((_, i) => given.slice(i * count, (i + 1) * count).map(({ prediction }) => prediction));
  };
}

/** What rows of one box are given besides. */
interface Inputs {
  readonly rows: RowInputs;
  readonly sizes: { readonly sizes?: TensorRef };
  readonly entries: Map<ConditioningEntry, ConditioningEntry>;
}
