import { arrays } from '../../src-main/diffusion/arrays.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import type { NoiseModel } from '../../src-main/diffusion/noise-model.ts';
import { meanDistance } from '../../src-main/diffusion/samplers/distance.ts';
import { type SamplerName, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import type { Prediction } from '../../src-main/model/pack.ts';
import { elementsOf } from '../../src-main/model/tensor.ts';
import { type Kind, modelOf, predictionOf } from './kinds.ts';
import { cleanOf, type Mixture, pseudoNoise } from './mixture.ts';
import { NotSupported, named, type Recorded } from './vector-file.ts';

/** What the runs of a file share: the two mixtures that stand for the network, noise, and where they are looked at. */
export interface Sampling {
  readonly model: NoiseModel;
  readonly prediction: Prediction;
  /** Values of a latent, and of one of its items. */
  readonly count: number;
  readonly size: number;
  readonly cond: Mixture;
  readonly uncond: Mixture;
  readonly probe: readonly number[];
  /** Array number k; draws on the way are between two sigmas. */
  noise(k: number, from?: number, to?: number): Float64Array;
}

export function samplingOf(
  { kinds, shape, denoiser, probe, noise_phase: phase = 0 }: Recorded,
  kind: string,
): Sampling {
  const known = named(kinds as Record<string, Kind>, kind, 'kind of model');
  const count = elementsOf(shape);
  return {
    model: modelOf(known),
    prediction: predictionOf(known),
    count,
    size: count / shape[0],
    cond: denoiser.cond,
    uncond: denoiser.uncond,
    probe,
    noise: (k) => pseudoNoise(k, count, phase),
  };
}

export function samplerNamed(name: string): SamplerName {
  if (!Object.hasOwn(samplers, name)) throw new NotSupported(`there is no sampler "${name}"`);
  return name as SamplerName;
}

export interface Walked {
  readonly end: Float64Array;
  /** Of each evaluation of the guided denoiser: its sigma, and some values of the state. */
  readonly calls: readonly { readonly sigma: number; readonly probe: readonly number[] }[];
  /** Rows that the network would have seen. */
  readonly rows: number;
  readonly steps: number;
  /** Of each draw of noise, between which sigmas it was. */
  readonly draws: readonly (readonly (number | undefined)[])[];
}

interface Walk {
  readonly sigmas: readonly number[];
  readonly cfg: number;
  readonly start: Float64Array;
  /** What the network sees instead of the state, and what is made of what it answers. */
  before?(x: Float64Array, sigma: number): Float64Array;
  after?(denoised: Float64Array, sigma: number): Float64Array;
}

/** One run of a sampler, with what happened on its way. */
export async function walked(setup: Sampling, name: SamplerName, walk: Walk): Promise<Walked> {
  const { model, size, cond, uncond, probe } = setup;
  const { sigmas, cfg, start, before = (x) => x, after = (x) => x } = walk;
  const calls: Walked['calls'][number][] = [];
  const draws: Walked['draws'][number][] = [];
  let [rows, steps] = [0, 0];
  const seenBy = (x: Float64Array, sigma: number, sides: readonly Mixture[]): readonly Float64Array[] => {
    calls.push({ sigma, probe: probe.map((at) => x[at]!) });
    rows += sides.length;
    const state = before(x, sigma);
    return sides.map((side) => cleanOf(state, sigma, model.isFlow, side, size));
  };
  const path = pathOf<Float64Array>({
    math: arrays,
    sigmas,
    isFlow: model.isFlow,
    sigmaAt: model.sigmaAt,
    predict: async (x, sigma) => after(guide(arrays, seenBy(x, sigma, guidanceSides(cond, uncond, cfg)), cfg), sigma),
    async predictSides(x, sigma) {
      const sides = seenBy(x, sigma, [uncond, cond]);
      return { denoised: after(guide(arrays, sides, cfg), sigma), uncond: sides[0]! };
    },
    draw(number, from, to) {
      draws.push([from, to]);
      return setup.noise(number, from, to);
    },
    distance: async (a, b, { before, ...allowed }) => meanDistance([a], [b], { ...allowed, before: [before] }),
    onStep: () => steps++,
  });
  return { end: await samplers[name](path, start), calls, rows, steps, draws };
}
