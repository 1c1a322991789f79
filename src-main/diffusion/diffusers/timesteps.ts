import type { PackScheduler } from '../../model/pack.ts';
import { betaQuantile } from '../beta-quantile.ts';
import { line, roundHalfEven } from '../line.ts';

/** The last step is one after the last timestep that the model was trained at. */
const trained = 1000;

export interface Spaced {
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[];
}

/** `count` timesteps, falling, spaced as the configuration says. */
export function spacedTimesteps({ spacing, offset }: PackScheduler, count: number, isWhole: boolean): number[] {
  if (spacing === 'linspace') {
    const spaced = [...line(0, trained - 1, count)].reverse();
    return isWhole ? spaced.map(roundHalfEven) : spaced;
  }
  if (spacing === 'leading') {
    const stride = Math.floor(trained / count);
    return Array.from({ length: count }, (_, i) => (count - 1 - i) * stride + offset);
  }
  const stride = trained / count;
  return Array.from({ length: count }, (_, i) => roundHalfEven(trained - i * stride) - 1);
}

/** Between two entries of the table, evenly. */
export function sigmaAtTimestep(table: Float32Array, timestep: number): number {
  const low = Math.min(Math.max(Math.floor(timestep), 0), table.length - 1);
  const high = Math.min(low + 1, table.length - 1);
  return table[low]! + (timestep - low) * (table[high]! - table[low]!);
}

/** The timestep, whole or between two, that stands for a sigma: evenly in the logarithm. */
export function timestepAtSigma(table: Float32Array, sigma: number): number {
  const wanted = Math.log(sigma);
  let low = 0;
  while (low < table.length - 2 && Math.log(table[low + 1]!) <= wanted) low++;
  const [from, to] = [Math.log(table[low]!), Math.log(table[low + 1]!)];
  return low + Math.min(Math.max((wanted - from) / (to - from), 0), 1);
}

/** `count` sigmas from `high` to `low` along a curve. */
export function curved(curve: NonNullable<PackScheduler['curve']>, low: number, high: number, count: number): number[] {
  if (curve === 'karras') return line(high ** (1 / 7), low ** (1 / 7), count).map((root) => root ** 7);
  if (curve === 'exponential') return line(Math.log(high), Math.log(low), count).map(Math.exp);
  return line(1, 0, count).map((p) => low + betaQuantile(p, 0.6) * (high - low));
}

/** Of Euler, Euler ancestral and Heun: curves run between the ends of the timesteps, and timesteps may be fractions. */
export function eulerSpaced(config: PackScheduler, table: Float32Array, count: number): Spaced {
  const timesteps = spacedTimesteps(config, count, false);
  const sigmas = timesteps.map((timestep) => sigmaAtTimestep(table, timestep));
  if (config.curve === null) return { timesteps, sigmas };
  const curve = curved(config.curve, sigmas.at(-1)!, sigmas[0]!, count);
  return { sigmas: curve, timesteps: curve.map((sigma) => timestepAtSigma(table, sigma)) };
}

/** Of DPM-Solver and UniPC: one more is spaced and left out; curves run over the whole table; timesteps are whole. */
export function multistepSpaced(config: PackScheduler, table: Float32Array, count: number): Spaced {
  if (config.curve !== null) {
    const sigmas = curved(config.curve, table[0]!, table.at(-1)!, count);
    return { sigmas, timesteps: sigmas.map((sigma) => roundHalfEven(timestepAtSigma(table, sigma))) };
  }
  const timesteps =
    config.spacing === 'trailing'
      ? spacedTimesteps(config, count, true)
      : spacedTimesteps(config, count + 1, true).slice(0, -1);
  return { timesteps, sigmas: timesteps.map((timestep) => sigmaAtTimestep(table, timestep)) };
}

/** Of LCM: even places among those that the model was distilled at. `strength` below 1 leaves the first ones out. */
export function lcmTimesteps({ originalSteps }: PackScheduler, count: number, strength: number): number[] {
  const stride = Math.floor(trained / originalSteps);
  const known = Array.from({ length: Math.trunc(originalSteps * strength) }, (_, i) => (i + 1) * stride - 1).reverse();
  return Array.from({ length: count }, (_, i) => known[Math.floor((i * known.length) / count)]!);
}
