import { type NoiseModel, noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import type { Prediction } from '../../src-main/model/pack.ts';
import { NotSupported, type Recorded } from './vector-file.ts';

/** A kind of model as vectors describe it. */
export interface Kind {
  readonly prediction: string;
  readonly settings: Recorded;
  readonly patch?: string;
}

const predictions: Readonly<Record<string, Prediction>> = {
  eps: 'eps',
  v: 'v',
  x0: 'x0',
  edm: 'edm',
  flow: 'flow',
  flux: 'flow',
};

/** What the network's output means. A distilled model is one whatever it was distilled from. */
export function predictionOf({ prediction, patch = 'none' }: Kind): Prediction {
  if (patch === 'lcm') return 'lcm';
  const found = predictions[prediction];
  if (!found || patch !== 'none')
    throw new NotSupported(`there is no kind of model "${prediction}" patched "${patch}"`);
  return found;
}

/** Its table of sigmas, and what of it is no default. */
export function modelOf(kind: Kind): NoiseModel {
  predictionOf(kind);
  const { prediction, settings, patch } = kind;
  const {
    shift = 1,
    multiplier = 1000,
    zsnr = false,
    linear_start: start = 0.00085,
    linear_end: end = 0.012,
  } = settings;
  const { sigma_min: min = 0.002, sigma_max: max = 120, ...rest } = settings;
  const known = ['shift', 'multiplier', 'zsnr', 'linear_start', 'linear_end'];
  const unknown = Object.keys(rest).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new NotSupported(`a model has no setting ${unknown.join(', ')}`);
  if (prediction === 'flow') return noiseModelOf({ kind: 'flow', shift, multiplier });
  if (prediction === 'flux') return noiseModelOf({ kind: 'flux', shift });
  if (prediction === 'edm') return noiseModelOf({ kind: 'edm', min, max });
  return noiseModelOf({ kind: 'betas', start, end, zeroTerminalSnr: zsnr, steps: patch === 'lcm' ? 50 : 1000 });
}
