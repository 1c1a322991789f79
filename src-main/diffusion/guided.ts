import type { TensorMath } from '../model/node-type.ts';
import type { PackFacts } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Conditioning, ConditioningEntry, Guider } from '../model/value-types.ts';
import { arrays } from './arrays.ts';
import type { Ask } from './asking.ts';
import { denoisedOf } from './denoised.ts';
import { guidanceSides, guide } from './guidance.ts';
import {
  dualGuidance,
  noiseNormGuidance,
  normGuidance,
  perpNegGuidance,
  plainGuidance,
  rescaledGuidance,
  type Seen,
  zeroStarGuidance,
} from './guidances.ts';
import type { NoiseModel } from './noise-model.ts';
import { readPicture } from './planes/tensors.ts';
import { combined, cropped, facingAll, isActive, isInside, type Placed, placed, type Region } from './regions.ts';
import type { Sides } from './samplers/sampler.ts';
import { type States, sideBySide } from './states.ts';

/** The clean pictures that a guided model sees in states. */
export interface Guided {
  predict(states: States, sigma: number): Promise<States>;
  predictSides(states: States, sigma: number): Promise<Sides<States>>;
}

export interface GuidedOptions {
  readonly math: TensorMath;
  readonly guider: Guider;
  readonly ask: Ask;
  readonly facts: PackFacts;
  readonly model: NoiseModel;
  /** Of one picture's latent. */
  readonly shape: readonly [images: 1, channels: number, height: number, width: number];
}

/** The conditionings that a step asks about, the negative side first where there is one; `both` keeps it at cfg 1. */
export function sidesOf(guider: Guider, both: boolean): readonly Conditioning[] {
  switch (guider.kind) {
    case 'cfg': {
      const { positive, negative, cfg } = guider;
      return both && negative ? [negative, positive] : guidanceSides(positive, negative, cfg);
    }
    case 'dual-cfg':
      return [guider.negative, guider.second, guider.first];
    case 'perp-neg':
      return [guider.negative, guider.positive, guider.empty];
  }
}

/** A sum of what the sides predict does where nothing but cfg is asked for; everything else looks at the values. */
export function guidedOf(options: GuidedOptions): Promise<Guided> | Guided {
  const { guider } = options;
  const isPlain = guider.kind === 'cfg' && guider.correction === undefined;
  const isEverywhere = sidesOf(guider, true).every(({ entries }) => entries.every(({ region }) => !region));
  return isPlain && isEverywhere ? bySums(options, guider.cfg) : byValues(options);
}

const mean = ({ linear }: TensorMath, tensors: readonly TensorRef[]): TensorRef =>
  tensors.length === 1 ? tensors[0]! : linear(tensors.map((tensor) => ({ factor: 1 / tensors.length, tensor })));

function bySums({ math: tensors, guider, ask, facts, model }: GuidedOptions, cfg: number): Guided {
  const math = sideBySide(tensors);
  /** One list of predictions, of all states, for each side. */
  const answersOf = async (states: States, sigma: number, sides: readonly Conditioning[]): Promise<States[]> => {
    const questions = sides.flatMap(({ entries }, side) => entries.map((entry) => ({ entry, side, crop: null })));
    const given = await ask(states, sigma, questions);
    const bySide = sides.map((_, side) =>
      given.map((ofState) =>
        mean(
          tensors,
          ofState.filter((_, i) => questions[i]!.side === side),
        ),
      ),
    );
    const kept = bySide.flat();
    tensors.free(given.flat().filter((one) => !kept.includes(one)));
    return bySide;
  };
  const clean = (states: States, prediction: States, sigma: number): States =>
    denoisedOf(math, facts.prediction, states, prediction, sigma, model.timestepOf(sigma));
  const [usual, both] = [sidesOf(guider, false), sidesOf(guider, true)];
  return {
    async predict(states, sigma) {
      const answers = await answersOf(states, sigma, usual);
      const guided = guide(math, answers, cfg);
      const denoised = clean(states, guided, sigma);
      tensors.free([...new Set([...answers, guided].flat())]);
      return denoised;
    },
    async predictSides(states, sigma) {
      const answers = await answersOf(states, sigma, both);
      const guided = guide(math, answers, cfg);
      const seen = { denoised: clean(states, guided, sigma), uncond: clean(states, answers[0]!, sigma) };
      tensors.free([...new Set([...answers, guided].flat())]);
      return seen;
    },
  };
}

type Side = readonly Placed<ConditioningEntry>[];

async function placedIn(
  { math, facts, shape: [, , height, width] }: GuidedOptions,
  entry: ConditioningEntry,
): Promise<Placed<ConditioningEntry>> {
  const { mask, ...region } = entry.region ?? {};
  if (!mask) return placed(entry, region, { width, height }, facts.latent.downscale);
  const [, h = 0, w = 0] = mask.shape;
  const { data } = await readPicture(math, mask);
  const known: Region = { ...region, mask: { width: w, height: h, data: data as Float32Array } };
  return placed(entry, known, { width, height }, facts.latent.downscale);
}

async function byValues(options: GuidedOptions): Promise<Guided> {
  const { math, guider, ask, facts, model, shape } = options;
  const [, channels, height, width] = shape;
  const size = { width, height };
  const place = async (conditionings: readonly Conditioning[]): Promise<readonly Side[]> => {
    const sides = await Promise.all(
      conditionings.map(({ entries }) => Promise.all(entries.map((entry) => placedIn(options, entry)))),
    );
    return facingAll(sides).map((side) => side.filter(isInside));
  };
  const [usual, both] = await Promise.all([place(sidesOf(guider, false)), place(sidesOf(guider, true))]);

  /** What every side sees in every state, clean: [state][side]. */
  const seenBy = async (states: States, sigma: number, sides: readonly Side[]): Promise<Float64Array[][]> => {
    const questions = sides.flatMap((entries, side) =>
      entries
        .filter((entry) => isActive(entry, sigma, model))
        .map((entry) => ({ entry: entry.of, crop: entry.crop, placed: entry, side })),
    );
    const given = questions.length > 0 ? await ask(states, sigma, questions) : states.map(() => []);
    const seen = await Promise.all(
      states.map(async (state, i) => {
        const x = await valuesOf(math, state);
        const values = await Promise.all(
          questions.map(async ({ crop, placed: at, side }, k) => {
            const prediction = await valuesOf(math, given[i]![k]!);
            const piece = cropped(x, channels, size, crop);
            const timestep = model.timestepOf(sigma);
            const clean = denoisedOf(arrays, facts.prediction, piece, prediction, sigma, timestep);
            return { placed: at, values: clean, side };
          }),
        );
        return sides.map((_, side) =>
          combined(
            values.filter((one) => one.side === side),
            channels,
            size,
          ),
        );
      }),
    );
    math.free(given.flat());
    return seen;
  };
  const stateOf = (values: Float64Array): TensorRef => math.from(Float32Array.from(values), 'float32', shape);
  const guidedIn = async (states: States, seen: readonly Float64Array[][], sigma: number): Promise<States> =>
    Promise.all(
      states.map(async (state, i) =>
        stateOf(together(guider, await valuesOf(math, state), seen[i]!, sigma, facts.prediction === 'flow', size)),
      ),
    );
  return {
    async predict(states, sigma) {
      return guidedIn(states, await seenBy(states, sigma, usual), sigma);
    },
    async predictSides(states, sigma) {
      const seen = await seenBy(states, sigma, both);
      return { denoised: await guidedIn(states, seen, sigma), uncond: seen.map(([first]) => stateOf(first!)) };
    },
  };
}

const valuesOf = async (math: TensorMath, tensor: TensorRef): Promise<Float64Array> =>
  Float64Array.from((await math.read(tensor)) as Float32Array);

function together(
  guider: Guider,
  x: Float64Array,
  sides: readonly Float64Array[],
  sigma: number,
  isFlow: boolean,
  { width, height }: { readonly width: number; readonly height: number },
): Float64Array {
  const [negative, second, third] = sides as [Float64Array, Float64Array, Float64Array];
  if (guider.kind === 'dual-cfg') return dualGuidance({ ...guider, first: third, second, negative });
  if (guider.kind === 'perp-neg')
    return perpNegGuidance({ x, positive: second, negative }, third, guider.cfg, guider.scale);
  if (sides.length === 1) return negative;
  const seen: Seen = { x, positive: second, negative };
  const { cfg, correction, amount = 1 } = guider;
  switch (correction) {
    case 'rescale':
      return rescaledGuidance(seen, cfg, amount, sigma, isFlow);
    case 'zero-star':
      return zeroStarGuidance(seen, cfg);
    case 'norm':
      return normGuidance(seen, cfg, amount, width * height);
    case 'noise-norm':
      return noiseNormGuidance(seen, cfg, amount, width * height);
    default:
      return plainGuidance(seen, cfg);
  }
}
