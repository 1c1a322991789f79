import type { PackFacts } from '../model/pack.ts';

/** How much noise a model knows: a table of sigmas, and the timesteps that stand for them. As ComfyUI computes it. */
export interface NoiseModel {
  readonly kind: 'flow' | 'betas';
  /** Ascending; float32. A flow model's last one is 1. */
  readonly sigmas: Float32Array;
  sigmaOf(timestep: number): number;
  /** Flow: 1000 * sigma, so that `sigmaOf(timestepOf(s))` applies the shift once more, as ComfyUI's does. */
  timestepOf(sigma: number): number;
  /** The sigma at a share of the way from all noise, 0, to none, 1. */
  sigmaAt(percent: number): number;
}

const entries = 1000;

/** sigma' = shift * sigma / (1 + (shift - 1) * sigma) */
export const shifted = (sigma: number, shift: number): number => (shift * sigma) / (1 + (shift - 1) * sigma);

export function noiseModelOf(schedule: PackFacts['schedule']): NoiseModel {
  return schedule.kind === 'flow' ? flowModel(schedule.shift) : betasModel(schedule.start, schedule.end);
}

function flowModel(shift: number): NoiseModel {
  return {
    kind: 'flow',
    sigmas: Float32Array.from({ length: entries }, (_, i) => shifted((i + 1) / entries, shift)),
    sigmaOf: (timestep) => shifted(timestep / 1000, shift),
    timestepOf: (sigma) => sigma * 1000,
    sigmaAt: (percent) => (percent <= 0 ? 1 : percent >= 1 ? 0 : shifted(1 - percent, shift)),
  };
}

/** "scaled linear" betas: the squares of an even line between the roots of start and end. */
function betasModel(start: number, end: number): NoiseModel {
  const [from, to] = [Math.sqrt(start), Math.sqrt(end)];
  const sigmas = new Float32Array(entries);
  let product = 1;
  for (let i = 0; i < entries; i++) {
    product *= 1 - (from + ((to - from) * i) / (entries - 1)) ** 2;
    sigmas[i] = Math.sqrt((1 - product) / product);
  }
  const logs = Float32Array.from(sigmas, Math.log);
  const sigmaOf = (timestep: number): number => {
    const t = Math.min(Math.max(timestep, 0), entries - 1);
    const low = Math.floor(t);
    const part = t - low;
    return Math.exp((1 - part) * logs[low]! + part * logs[Math.ceil(t)]!);
  };
  return {
    kind: 'betas',
    sigmas,
    sigmaOf,
    // Before the start everything is noise, however much.
    sigmaAt: (percent) => (percent <= 0 ? 999999999.9 : percent >= 1 ? 0 : sigmaOf((1 - percent) * (entries - 1))),
    timestepOf(sigma) {
      const wanted = Math.log(sigma);
      let nearest = 0;
      for (let i = 1; i < entries; i++)
        if (Math.abs(logs[i]! - wanted) < Math.abs(logs[nearest]! - wanted)) nearest = i;
      return nearest;
    },
  };
}
