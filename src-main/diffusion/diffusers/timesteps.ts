import type { PackScheduler } from '../../model/pack.ts';
import { roundHalfEven } from '../line.ts';
import { trained } from './betas.ts';

/** The timesteps of a run, falling, and the sigmas that stand for them. */
export interface Spaced {
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[];
}

/** n numbers from `from` to `to`, as numpy counts: in steps that are rounded before, but for the last one. */
export function evenly(from: number, to: number, n: number): readonly number[] {
  const step = (to - from) / Math.max(n - 1, 1);
  return Array.from({ length: n }, (_, i) => (n > 1 && i === n - 1 ? to : i * step + from));
}

/** As torch counts them: from both ends to the middle, each place rounded once. */
export function evenlyInSingle(from: number, to: number, n: number): readonly number[] {
  const { fround } = Math;
  const end = fround(to);
  const step = fround(fround(end - from) / Math.max(n - 1, 1));
  return Array.from({ length: n }, (_, i) => fround(i < n / 2 ? from + step * i : end - step * (n - 1 - i)));
}

type Spacing = Pick<PackScheduler, 'spacing' | 'offset'>;

/**
 * `count` timesteps, falling, below `end`, spaced as the configuration says; whole ones where `isWhole`. Of trailing ones
 * there are fewer below an earlier end. With 61 and some other counts diffusers has one more, at timestep -1, by the
 * rounding of its strides; here it has not.
 */
export function spacedTimesteps(
  { spacing, offset }: Spacing,
  count: number,
  isWhole: boolean,
  end = trained,
): number[] {
  if (spacing === 'linspace') {
    const spaced = [...evenly(0, end - 1, count)].reverse();
    return spaced.map(isWhole ? roundHalfEven : Math.fround);
  }
  if (spacing === 'leading') {
    const stride = Math.floor(end / count);
    return Array.from({ length: count }, (_, i) => (count - 1 - i) * stride + offset);
  }
  const stride = trained / count;
  const step = end - stride - end;
  return Array.from({ length: Math.min(count, Math.ceil(end / stride)) }, (_, i) => roundHalfEven(end + i * step) - 1);
}

/** Between two entries of the table, evenly. */
export function sigmaAtTimestep(table: Float32Array, timestep: number): number {
  const place = Math.min(Math.max(timestep, 0), table.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, table.length - 1);
  return table[low]! + (place - low) * (table[high]! - table[low]!);
}

/** The timestep, whole or between two, that stands for a sigma: evenly in the logarithm, which a float32 holds. */
export function timestepAtSigma(table: Float32Array, sigma: number): number {
  const wanted = Math.log(Math.max(sigma, 1e-10));
  const logAt = (i: number) => Math.fround(Math.log(table[i]!));
  let low = 0;
  while (low < table.length - 2 && logAt(low + 1) <= wanted) low++;
  const [from, to] = [logAt(low), logAt(low + 1)];
  const part = Math.min(Math.max((from - wanted) / Math.fround(from - to), 0), 1);
  return (1 - part) * low + part * (low + 1);
}

/** Of LCM: even places among those that the model was distilled at. `strength` below 1 leaves the first ones out. */
export function lcmTimesteps({ originalSteps }: PackScheduler, count: number, strength: number): number[] {
  const stride = Math.floor(trained / originalSteps);
  const known = Array.from({ length: Math.trunc(originalSteps * strength) }, (_, i) => (i + 1) * stride - 1).reverse();
  if (known.length === 0) return [];
  return Array.from({ length: count }, (_, i) => known[Math.floor((i * known.length) / count)]!);
}
