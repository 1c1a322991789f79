import type { PackFacts } from '../model/pack.ts';
import { floatLine } from './line.ts';

/** How much noise a model knows: a table of sigmas, and the timesteps that stand for them. As ComfyUI computes it. */
export interface NoiseModel {
  readonly isFlow: boolean;
  /** Ascending; float32. A flow model's last one is 1. */
  readonly sigmas: Float32Array;
  sigmaOf(timestep: number): number;
  /** A flow's is 1000 * sigma, so that `sigmaOf(timestepOf(s))` applies the shift once more, as ComfyUI's does. */
  timestepOf(sigma: number): number;
  /** The sigma at a share of the way from all noise, 0, to none, 1. */
  sigmaAt(percent: number): number;
}

const entries = 1000;
/** Before its start a model that is no flow sees everything as noise, however much. */
const endless = 999999999.9;

/** sigma' = shift * sigma / (1 + (shift - 1) * sigma) */
export const shifted = (sigma: number, shift: number): number => (shift * sigma) / (1 + (shift - 1) * sigma);

/** e^mu / (e^mu + 1/t - 1): the shift of Flux, given as a logarithm. */
export const fluxShifted = (t: number, mu: number): number => {
  const grown = Math.exp(mu);
  return grown / (grown + 1 / t - 1);
};

/** Flux's shift for a picture: a line through its values at 256 and at 4096 image tokens. */
export const fluxShiftOf = (width: number, height: number, base: number, most: number): number =>
  base + ((most - base) * ((width * height) / 256 - 256)) / (4096 - 256);

export function noiseModelOf(schedule: PackFacts['schedule']): NoiseModel {
  switch (schedule.kind) {
    case 'flow':
      return flowModel(entries, schedule.multiplier ?? 1000, (t) => shifted(t, schedule.shift));
    case 'flux':
      return flowModel(10 * entries, 1, (t) => fluxShifted(t, schedule.shift));
    case 'edm':
      return edmModel(schedule.min, schedule.max);
    case 'betas': {
      const sigmas = betasSigmas(schedule.start, schedule.end);
      const table = schedule.zeroTerminalSnr ? zeroTerminal(sigmas) : sigmas;
      return tableModel(table, entries / (schedule.steps ?? entries));
    }
  }
}

function flowModel(count: number, multiplier: number, shift: (t: number) => number): NoiseModel {
  return {
    isFlow: true,
    sigmas: Float32Array.from({ length: count }, (_, i) => shift((i + 1) / count)),
    sigmaOf: (timestep) => shift(timestep / multiplier),
    timestepOf: (sigma) => sigma * multiplier,
    sigmaAt: (percent) => (percent <= 0 ? 1 : percent >= 1 ? 0 : shift(1 - percent)),
  };
}

function edmModel(min: number, max: number): NoiseModel {
  const at = (share: number): number => Math.exp(Math.log(min) + (Math.log(max) - Math.log(min)) * share);
  return {
    isFlow: false,
    sigmas: Float32Array.from(floatLine(Math.log(min), Math.log(max), entries), Math.exp),
    sigmaOf: (timestep) => Math.exp(4 * timestep),
    timestepOf: (sigma) => Math.log(sigma) / 4,
    sigmaAt: (percent) => (percent <= 0 ? endless : percent >= 1 ? 0 : at(1 - percent)),
  };
}

/** "scaled linear" betas: the squares of an even line between the roots of start and end. */
function betasSigmas(start: number, end: number): Float64Array {
  const [from, to] = [Math.sqrt(start), Math.sqrt(end)];
  let product = 1;
  return Float64Array.from({ length: entries }, (_, i) => {
    product *= 1 - (from + ((to - from) * i) / (entries - 1)) ** 2;
    return Math.sqrt((1 - product) / product);
  });
}

/** Stretched so that nothing is left of the picture at the last timestep (Lin 2023), but for what a float can say. */
function zeroTerminal(sigmas: Float64Array): Float64Array {
  const roots = Array.from(sigmas, (sigma) => Math.sqrt(1 / (sigma * sigma + 1)));
  const [first, last] = [roots[0]!, roots.at(-1)!];
  return Float64Array.from(roots, (root, i) => {
    const kept = i === roots.length - 1 ? 4.8973451890853435e-8 : (((root - last) * first) / (first - last)) ** 2;
    return Math.sqrt((1 - kept) / kept);
  });
}

/** A model that was trained at every timestep, or distilled to every `stride`-th: those from the last one back. */
function tableModel(all: Float64Array, stride: number): NoiseModel {
  const sigmas = Float32Array.from(all.filter((_, i) => (i + 1) % stride === 0));
  const logs = Float32Array.from(sigmas, Math.log);
  const sigmaOf = (timestep: number): number => {
    const t = Math.fround(Math.min(Math.max((timestep - (stride - 1)) / stride, 0), sigmas.length - 1)); // as there
    const low = Math.floor(t);
    const part = t - low;
    return Math.exp((1 - part) * logs[low]! + part * logs[Math.ceil(t)]!);
  };
  return {
    isFlow: false,
    sigmas,
    sigmaOf,
    timestepOf(sigma) {
      const wanted = Math.log(sigma);
      let nearest = 0;
      for (let i = 1; i < logs.length; i++)
        if (Math.abs(logs[i]! - wanted) < Math.abs(logs[nearest]! - wanted)) nearest = i;
      return nearest * stride + (stride - 1);
    },
    sigmaAt: (percent) => (percent <= 0 ? endless : percent >= 1 ? 0 : sigmaOf((1 - percent) * (entries - 1))),
  };
}
