import { betaQuantile } from './beta-quantile.ts';
import type { NoiseModel } from './noise-model.ts';

type Schedule = (model: NoiseModel, steps: number) => readonly number[];

/** n numbers from `from` to `to`, both included; one number is `from`. */
const line = (from: number, to: number, n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => (n === 1 ? from : from + ((to - from) * i) / (n - 1)));

const lowest = (model: NoiseModel): number => model.sigmas[0]!;
const highest = (model: NoiseModel): number => model.sigmas[model.sigmas.length - 1]!;

/** Even timesteps. On flow models ComfyUI's form shifts twice; the numbers are kept as people know them. */
function evenTimesteps(model: NoiseModel, steps: number, withLast: boolean): readonly number[] {
  const [start, end] = [model.timestepOf(highest(model)), model.timestepOf(lowest(model))];
  const timesteps = withLast ? line(start, end, steps) : line(start, end, steps + 1).slice(0, -1);
  return [...timesteps.map((timestep) => model.sigmaOf(timestep)), 0];
}

function linearQuadratic(model: NoiseModel, steps: number): readonly number[] {
  if (steps === 1) return [highest(model), 0];
  const threshold = 0.025;
  const linear = Math.floor(steps / 2);
  const quadratic = steps - linear;
  const difference = linear - threshold * steps;
  const square = difference / (linear * quadratic ** 2);
  const slope = threshold / linear - (2 * difference) / quadratic ** 2;
  const clean = (i: number) =>
    i < linear ? (i * threshold) / linear : square * i ** 2 + slope * i + square * linear ** 2;
  return [...Array.from({ length: steps }, (_, i) => (1 - clean(i)) * highest(model)), 0];
}

/** ComfyUI's schedules under its names; each ends at 0. */
const schedules = {
  simple: (model, steps) => [
    ...line(0, steps - 1, steps).map((i) => model.sigmas.at(-1 - Math.floor((i * model.sigmas.length) / steps))!),
    0,
  ],
  normal: (model, steps) => evenTimesteps(model, steps, true),
  sgm_uniform: (model, steps) => evenTimesteps(model, steps, false),
  karras: (model, steps) => [
    ...line(highest(model) ** (1 / 7), lowest(model) ** (1 / 7), steps).map((root) => root ** 7),
    0,
  ],
  exponential: (model, steps) => [...line(Math.log(highest(model)), Math.log(lowest(model)), steps).map(Math.exp), 0],
  /** May have more steps than asked: every k-th entry of the table, k rounded down. */
  ddim_uniform(model, steps) {
    const stride = Math.max(1, Math.floor(model.sigmas.length / steps));
    const found = [0];
    for (let at = 1; at < model.sigmas.length; at += stride) found.push(model.sigmas[at]!);
    return found.reverse();
  },
  /** May have fewer: entries that would repeat are left out. */
  beta(model, steps) {
    const last = model.sigmas.length - 1;
    const places = Array.from({ length: steps }, (_, i) => roundHalfEven(betaQuantile(1 - i / steps, 0.6) * last));
    return [...places.filter((place, i) => place !== places[i - 1]).map((place) => model.sigmas[place]!), 0];
  },
  linear_quadratic: linearQuadratic,
  /** With one step ComfyUI's is not a number; here it is the highest sigma. */
  kl_optimal: (model, steps) => [...line(Math.atan(highest(model)), Math.atan(lowest(model)), steps).map(Math.tan), 0],
} as const satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;
export const scheduleNames = Object.keys(schedules) as readonly ScheduleName[];

const roundHalfEven = (x: number): number => {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
};

/** A very small denoise would ask for a schedule without end; here it is cut, where no eye sees a difference. */
const mostSteps = 100_000;

/**
 * The sigmas of a run, falling, float32, one more than it has steps. `denoise` below 1 takes the last `steps` steps of
 * a schedule of steps / denoise, so the picture starts that much nearer to its source; 0 leaves nothing to do: [].
 * `dropsPenultimate`: a schedule of one step more, without its last sigma before 0.
 */
export function sigmasOf(
  name: ScheduleName,
  model: NoiseModel,
  steps: number,
  denoise = 1,
  dropsPenultimate = false,
): readonly number[] {
  if (denoise <= 0) return [];
  const all = (count: number): readonly number[] => {
    const sigmas = schedules[name](model, dropsPenultimate ? count + 1 : count).map(Math.fround);
    return dropsPenultimate ? sigmas.toSpliced(-2, 1) : sigmas;
  };
  return denoise > 0.9999
    ? all(steps)
    : all(Math.min(Math.floor(steps / denoise), Math.max(steps, mostSteps))).slice(-(steps + 1));
}
